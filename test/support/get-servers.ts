import { existsSync } from "node:fs";
import { type Missing, missingText } from "./availability.ts";
import { isRoot } from "./cache.ts";
import { type CommandResult, runCommand } from "./command.ts";
import { elasticsearchParts } from "./elasticsearch/parts.ts";
import { kafkaParts } from "./kafka/parts.ts";
import { openSearchParts } from "./opensearch/parts.ts";

// Fetches what the test servers need ahead of the tests: for CI, or before working offline.
// On Debian it also installs Maven, which brings a Java for Kafka, when it is missing and the rights suffice.

async function installMaven(): Promise<void> {
  const maven = await runCommand("mvn", ["-version"], ".");
  if (maven.ok || !existsSync("/usr/bin/apt-get")) return;
  console.log("Maven is missing; installing the distribution's package");
  await asRoot(["update", "-qq"]);
  const result = await asRoot(["install", "-y", "-qq", "--no-install-recommends", "maven"]);
  if (!result.ok) console.error(result.output);
}

function asRoot(args: readonly string[]): Promise<CommandResult> {
  return isRoot() ? runCommand("apt-get", args, ".") : runCommand("sudo", ["-n", "apt-get", ...args], ".");
}

function report(name: string, parts: { readonly ok: true; readonly javaHome: string } | Missing): void {
  if (parts.ok) {
    console.log(`${name}: ready, on the Java in ${parts.javaHome}`);
    return;
  }
  console.error(`${name}: ${missingText(parts)}`);
  process.exitCode = 1;
}

await installMaven();
report("Kafka", await kafkaParts());
report("Elasticsearch", await elasticsearchParts());
report("OpenSearch", await openSearchParts());
