import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { isRoot, openToEveryone } from "./cache.ts";

/** An installed Java: `home` contains bin/java. */
export interface Java {
  readonly home: string;
  /** 17, 21, 25 … */
  readonly feature: number;
  readonly modules: ReadonlySet<string>;
}

export interface JavaNeed {
  readonly atLeast: number;
  /** Modules that cut-down runtimes leave out. */
  readonly modules?: readonly string[];
}

/** JAVA_HOME when it fits, else the oldest installed Java that does: the closest to what the servers are tested with. */
export function findJava(need: JavaNeed, folders: readonly string[] = usualFolders()): Java | undefined {
  const own = process.env["JAVA_HOME"];
  const preferred = own === undefined ? undefined : javaAt(own);
  if (preferred !== undefined && fits(preferred, need)) return preferred;
  const found = folders.map(javaAt).filter((java) => java !== undefined);
  return found.filter((java) => fits(java, need)).toSorted((a, b) => a.feature - b.feature)[0];
}

/** The Java installed at this folder; undefined when there is none, or none that an unprivileged server could start. */
export function javaAt(home: string): Java | undefined {
  const release = path.join(home, "release");
  if (!existsSync(path.join(home, "bin/java")) || !existsSync(release)) return undefined;
  if (isRoot() && !openToEveryone(realpathSync(home))) return undefined;
  const text = readFileSync(release, "utf8");
  // Up to Java 8 the release was called 1.8.
  const version = /^JAVA_VERSION="(?:1\.)?(\d+)/m.exec(text)?.[1];
  const modules = /^MODULES="([^"]*)"/m.exec(text)?.[1] ?? "";
  return version === undefined ? undefined : { home, feature: Number(version), modules: new Set(modules.split(" ")) };
}

function fits(java: Java, { atLeast, modules = [] }: JavaNeed): boolean {
  return java.feature >= atLeast && modules.every((name) => java.modules.has(name));
}

function usualFolders(): string[] {
  const parents = ["/usr/lib/jvm", "/usr/java", "/opt", "/usr/local", path.join(homedir(), ".sdkman/candidates/java")];
  const mac = "/Library/Java/JavaVirtualMachines";
  return [...parents.flatMap(subfolders), ...subfolders(mac).map((dir) => path.join(dir, "Contents/Home"))];
}

function subfolders(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).map((name) => path.join(dir, name)) : [];
}
