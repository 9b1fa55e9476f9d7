import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ElasticsearchAccess } from "../../../test/support/elasticsearch/access.ts";
import { runCommand } from "../../../test/support/command.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** A configuration file of somebody who sets up this server. */
export function setupConfiguration(directory: string, { url, username, password }: ElasticsearchAccess): string {
  writeFileSync(join(directory, "password"), password, { mode: 0o600 });
  const file = join(directory, "setup.yaml");
  const output = `{ url: "${url}", username: ${username}, password: "\${file:./password}" }`;
  writeFileSync(file, `segment: setup\ntargets: [127.0.0.1]\noutputs:\n  elasticsearch: ${output}\n`, { mode: 0o600 });
  return file;
}

/** `tripline setup …` as somebody types it; the printed states. */
export async function runSetup(configuration: string, ...words: readonly string[]): Promise<string> {
  const bin = join(ROOT, "bin/tripline.cjs");
  const { ok, output } = await runCommand(process.execPath, [bin, "setup", ...words, "-c", configuration], ROOT);
  if (!ok) throw new Error(`tripline setup ${words.join(" ")} failed:\n${output}`);
  return output;
}
