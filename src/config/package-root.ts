import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** The folder that holds package.json, rules/, config/ and nse-scripts/; the same from src/ and from dist/. */
export function packagePath(...parts: readonly string[]): string {
  return fileURLToPath(new URL(`../../${parts.join("/")}`, import.meta.url));
}

/** The version of this program, as events and `--version` show it. */
export function agentVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(packagePath("package.json"), "utf8"));
  return z.object({ version: z.string() }).parse(manifest).version;
}
