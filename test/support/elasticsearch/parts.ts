import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Available, type Missing, missing } from "../availability.ts";
import { cached } from "../cache.ts";
import { runCommand } from "../command.ts";
import { type Java, provideJava } from "../java.ts";
import { fetchWithMaven } from "../maven.ts";
import { jarOf } from "./jar.ts";

const VERSION = "9.5.3";
const POM = path.join(import.meta.dirname, "pom.xml");
const PLUGIN = path.join(import.meta.dirname, "plugin");

export interface ElasticsearchParts {
  readonly javaHome: string;
  /** The server's folder: bin, config, lib, modules, plugins. */
  readonly home: string;
}

/** Java 21 or newer and the slim server (132 MB) with our small plugin, made at the first use. */
export async function elasticsearchParts(): Promise<Available<ElasticsearchParts>> {
  const java = await provideJava(21);
  if ("ok" in java) return java;
  // The sources are part of the name: a changed plugin is never met in an old cache.
  const root = await cached(`elasticsearch-${VERSION}-${pluginHash()}`, (dir) => build(dir, java));
  return typeof root === "string" ? { ok: true, javaHome: java.home, home: homeIn(root) } : root;
}

function homeIn(dir: string): string {
  return path.join(dir, `elasticsearch-${VERSION}`);
}

function pluginSources(): string[] {
  return readdirSync(PLUGIN).map((name) => path.join(PLUGIN, name));
}

function pluginHash(): string {
  const hash = createHash("sha256");
  for (const file of [POM, ...pluginSources()]) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 8);
}

async function build(dir: string, java: Java): Promise<Missing | undefined> {
  return (
    (await fetchWithMaven(POM, ["dependency:unpack@server", "dependency:copy@compiler"], dir)) ?? addPlugin(dir, java)
  );
}

async function addPlugin(dir: string, java: Java): Promise<Missing | undefined> {
  const home = homeIn(dir);
  const classes = path.join(dir, "classes");
  const failure = await compile(dir, java, classes);
  if (failure !== undefined) return failure;
  const plugin = path.join(home, "plugins/tripline-test");
  mkdirSync(plugin);
  writeFileSync(path.join(plugin, "tripline-test.jar"), jarOf(classes));
  writeFileSync(path.join(plugin, "plugin-descriptor.properties"), descriptor());
  makeReadable(home);
  return undefined;
}

async function compile(dir: string, java: Java, classes: string): Promise<Missing | undefined> {
  const compiler = path.join(dir, "compiler", `ecj-3.44.0.jar`);
  const lib = path.join(homeIn(dir), "lib");
  const jars = readdirSync(lib).filter((name) => name.endsWith(".jar"));
  const classpath = jars.map((name) => path.join(lib, name)).join(":");
  const options = ["-source", "21", "-target", "21", "-proc:none", "-nowarn", "-cp", classpath, "-d", classes];
  const args = ["-jar", compiler, ...options, ...pluginSources()];
  const { ok, output } = await runCommand(path.join(java.home, "bin/java"), args, dir);
  return ok
    ? undefined
    : missing(`the test plugin does not compile: ${output}`, "mend test/support/elasticsearch/plugin");
}

function descriptor(): string {
  const values = {
    name: "tripline-test",
    description: "what the slim server lacks",
    version: "1",
    classname: "tripline.test.TestPlugin",
    "java.version": "21",
    "elasticsearch.version": VERSION,
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

/** A strict umask would leave the server unreadable for the user it runs as. */
function makeReadable(home: string): void {
  chmodSync(home, 0o755);
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    const program = entry.isDirectory() || entry.parentPath.endsWith("/bin");
    chmodSync(path.join(entry.parentPath, entry.name), program ? 0o755 : 0o644);
  }
}
