import { existsSync } from "node:fs";
import { type Available, missingText } from "./availability.ts";
import { isRoot } from "./cache.ts";
import { type CommandResult, runCommand } from "./command.ts";
import { elasticsearchParts } from "./elasticsearch/parts.ts";
import { kafkaParts } from "./kafka/parts.ts";
import { openSearchParts } from "./opensearch/parts.ts";
import { promtool } from "./promtool.ts";
import { pythonTools } from "./python.ts";

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

function report(name: string, parts: Available<object>, on: string): void {
  if (parts.ok) {
    console.log(`${name}: ready, on ${on}`);
    return;
  }
  console.error(`${name}: ${missingText(parts)}`);
  process.exitCode = 1;
}

await installMaven();
function javaOf(parts: Available<{ readonly javaHome: string }>): string {
  return parts.ok ? `the Java in ${parts.javaHome}` : "";
}

const [kafka, elasticsearch, openSearch] = [await kafkaParts(), await elasticsearchParts(), await openSearchParts()];
report("Kafka", kafka, javaOf(kafka));
report("Elasticsearch", elasticsearch, javaOf(elasticsearch));
report("OpenSearch", openSearch, javaOf(openSearch));
for (const list of ["requirements", "kafka"]) {
  const tools = await pythonTools(list);
  report(`Python tools (${list})`, tools, tools.ok ? tools.python : "");
}
const prometheus = await promtool();
report("promtool", prometheus, prometheus.ok ? prometheus.program : "");
