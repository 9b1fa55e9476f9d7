import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { z } from "zod";

const listed = z.array(z.object({ files: z.array(z.object({ path: z.string() })) }));

let known: ReadonlySet<string> | null = null;

/** Paths of what `npm pack` would ship from this checkout, as npm itself decides; without dist/, which a build makes. */
export function packedFiles(): ReadonlySet<string> {
  if (known !== null) return known;
  const args = ["pack", "--dry-run", "--json", "--offline", "--ignore-scripts"];
  const stdout = execFileSync("npm", args, {
    cwd: resolve("."),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  known = new Set(listed.parse(JSON.parse(stdout)).flatMap(({ files }) => files.map((file) => file.path)));
  return known;
}
