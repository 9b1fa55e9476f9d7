import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Available, type Missing, missing } from "../availability.ts";
import { cached } from "../cache.ts";
import { findJava, type Java } from "../java.ts";
import { fetchWithMaven } from "../maven.ts";
import { buildPlugin } from "./build-plugin.ts";

const VERSION = "9.5.3";
const POM = path.join(import.meta.dirname, "pom.xml");
const PLUGIN = path.join(import.meta.dirname, "plugin");

// The server's own start demands the first two; the others compile our plugin.
// Distributions split the programs javac and jar off, the modules behind them stay.
const MODULES = ["jdk.jlink", "jdk.jdi", "jdk.compiler", "jdk.jartool"];

export interface ElasticsearchParts {
  readonly javaHome: string;
  /** The server's folder: bin, config, lib, modules, plugins. */
  readonly home: string;
}

/** Java 21 or newer and the slim server (132 MB) with our small plugin, made at the first use. */
export async function elasticsearchParts(): Promise<Available<ElasticsearchParts>> {
  const java = findJava({ atLeast: 21, modules: MODULES });
  if (java === undefined) {
    return missing(
      "Elasticsearch needs a JDK 21 or newer",
      "install one, for instance Temurin, and set JAVA_HOME to it",
    );
  }
  // The sources are part of the name: a changed plugin is never met in an old cache.
  const root = await cached(`elasticsearch-${VERSION}-${sourceHash()}`, (dir) => assemble(dir, java));
  return typeof root === "string" ? { ok: true, javaHome: java.home, home: homeIn(root) } : root;
}

async function assemble(dir: string, java: Java): Promise<Missing | undefined> {
  const notFetched = await fetchWithMaven(POM, ["dependency:unpack"], dir);
  if (notFetched !== undefined) return notFetched;
  const home = homeIn(dir);
  const notBuilt = await buildPlugin({ home, version: VERSION, java, sources: pluginSources() });
  makeReadable(home);
  return notBuilt;
}

function homeIn(dir: string): string {
  return path.join(dir, `elasticsearch-${VERSION}`);
}

function pluginSources(): string[] {
  return readdirSync(PLUGIN).map((name) => path.join(PLUGIN, name));
}

function sourceHash(): string {
  const hash = createHash("sha256");
  for (const file of [POM, ...pluginSources()]) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 8);
}

/** A strict umask would leave the server unreadable for the user it runs as. */
function makeReadable(home: string): void {
  chmodSync(home, 0o755);
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    const enterable = entry.isDirectory() || entry.parentPath.endsWith("/bin");
    chmodSync(path.join(entry.parentPath, entry.name), enterable ? 0o755 : 0o644);
  }
}
