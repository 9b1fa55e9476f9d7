import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Missing, missing } from "../availability.ts";
import { lastLines, runCommand } from "../command.ts";
import type { Java } from "../java.ts";

export interface PluginBuild {
  /** Of the server, whose own jars the sources are compiled against. */
  readonly home: string;
  readonly version: string;
  readonly java: Java;
  readonly sources: readonly string[];
}

const NAME = "tripline-test";

/** Compiles our plugin and installs it into the server (two seconds). */
export async function buildPlugin({ home, version, java, sources }: PluginBuild): Promise<Missing | undefined> {
  const classes = path.join(path.dirname(home), "classes");
  const plugin = path.join(home, "plugins", NAME);
  mkdirSync(plugin);
  writeFileSync(path.join(plugin, "plugin-descriptor.properties"), descriptor(version));
  const lib = path.join(home, "lib");
  // Started as a module, the compiler does not know the `lib/*` notation.
  const jars = readdirSync(lib).filter((name) => name.endsWith(".jar"));
  const classpath = jars.map((name) => path.join(lib, name)).join(path.delimiter);
  const javac = ["-source", "21", "-target", "21", "-proc:none", "-nowarn", "-cp", classpath, "-d", classes];
  const jar = ["--create", "--file", path.join(plugin, `${NAME}.jar`), "-C", classes, "."];
  return (
    (await runTool(java, "jdk.compiler/com.sun.tools.javac.Main", [...javac, ...sources])) ??
    (await runTool(java, "jdk.jartool/sun.tools.jar.Main", jar))
  );
}

async function runTool(java: Java, tool: string, args: readonly string[]): Promise<Missing | undefined> {
  const { ok, output } = await runCommand(path.join(java.home, "bin/java"), ["-m", tool, ...args], ".");
  return ok
    ? undefined
    : missing(`the test plugin could not be built: ${lastLines(output, 6)}`, "mend test/support/elasticsearch/plugin");
}

function descriptor(version: string): string {
  const values = {
    name: NAME,
    description: "what the slim server lacks",
    version: "1",
    classname: "tripline.test.TestPlugin",
    "java.version": "21",
    "elasticsearch.version": version,
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
