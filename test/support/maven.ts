import { copyFileSync } from "node:fs";
import path from "node:path";
import { type Missing, missing } from "./availability.ts";
import { lastLines, runCommand } from "./command.ts";

/**
 * Runs goals of this pom in the given folder, where everything they fetch and their own markers stay.
 * Which repository is asked is the machine's own Maven setting.
 */
export async function fetchWithMaven(pom: string, goals: readonly string[], dir: string): Promise<Missing | undefined> {
  copyFileSync(pom, path.join(dir, "pom.xml"));
  const { ok, output } = await runCommand("mvn", ["-B", "-q", ...goals], dir);
  if (ok) return undefined;
  if (output.startsWith("mvn: "))
    return missing("Maven is not installed", "install it (Debian: apt-get install maven)");
  return missing(`Maven could not fetch what ${pom} names (${lastLines(output)})`, "check the network and repeat");
}
