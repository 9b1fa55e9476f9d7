import { existsSync } from "node:fs";
import { type Missing, missingText } from "./availability.ts";
import { isRoot } from "./cache.ts";
import { runCommand } from "./command.ts";
import { elasticsearchParts } from "./elasticsearch/parts.ts";
import { kafkaParts } from "./kafka/parts.ts";

// Fetches what the test servers need ahead of the tests: for CI, or before working offline.
// On Debian it also installs Maven (which brings a Java) and pip when they are missing and it may.

async function installTools(): Promise<void> {
  const wanted = await missingTools();
  if (wanted.length === 0 || !existsSync("/usr/bin/apt-get")) return;
  const apt = isRoot() ? ["apt-get"] : ["sudo", "-n", "apt-get"];
  const [command = "apt-get", ...before] = apt;
  console.log(`installing ${wanted.join(" ")}`);
  await runCommand(command, [...before, "update", "-qq"], ".");
  const result = await runCommand(
    command,
    [...before, "install", "-y", "-qq", "--no-install-recommends", ...wanted],
    ".",
  );
  if (!result.ok) console.error(result.output);
}

async function missingTools(): Promise<string[]> {
  const maven = await runCommand("mvn", ["-version"], ".");
  const pip = await runCommand("python3", ["-m", "pip", "--version"], ".");
  return [...(maven.ok ? [] : ["maven"]), ...(pip.ok ? [] : ["python3-pip"])];
}

function report(name: string, parts: { readonly ok: true; readonly javaHome: string } | Missing): void {
  if (parts.ok) {
    console.log(`${name}: ready, on the Java in ${parts.javaHome}`);
    return;
  }
  console.error(`${name}: ${missingText(parts)}`);
  process.exitCode = 1;
}

await installTools();
report("Kafka", await kafkaParts());
report("Elasticsearch", await elasticsearchParts());
