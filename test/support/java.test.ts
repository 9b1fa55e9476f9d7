import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { findJava, javaAt } from "./java.ts";
import { tempDir } from "./temp-dir.ts";

afterEach(() => vi.unstubAllEnvs());

/** A folder that looks like an installed Java, reachable for every user. */
function installed(parent: string, version: string, modules = "java.base jdk.compiler"): string {
  const home = path.join(parent, `java-${version}`);
  mkdirSync(path.join(home, "bin"), { recursive: true });
  writeFileSync(path.join(home, "bin/java"), "");
  writeFileSync(path.join(home, "release"), `IMPLEMENTOR="Test"\nJAVA_VERSION="${version}"\nMODULES="${modules}"\n`);
  return home;
}

/** As root only a Java that other users can reach counts, and temporary folders are private. */
function openDir(): string {
  const dir = tempDir();
  chmodSync(dir, 0o755);
  return dir;
}

describe("the version of an installed Java", () => {
  test.for([
    ["a long-term release with updates", "17.0.15", 17],
    ["a release without updates", "25", 25],
    ["the old numbering", "1.8.0_452", 8],
  ] as const)("%s", ([, version, feature]) => {
    expect(javaAt(installed(openDir(), version))?.feature).toBe(feature);
  });

  test("a folder without Java is none", () => {
    expect(javaAt(openDir())).toBeUndefined();
  });
});

describe("the choice among several", () => {
  test("takes the oldest that is new enough", () => {
    vi.stubEnv("JAVA_HOME", undefined);
    const folders = ["25.0.1", "17.0.2", "21.0.3"].map((version) => installed(openDir(), version));
    expect(findJava({ atLeast: 18 }, folders)?.feature).toBe(21);
  });

  test("JAVA_HOME goes first when it is new enough", () => {
    const folders = [installed(openDir(), "21.0.3")];
    vi.stubEnv("JAVA_HOME", installed(openDir(), "25.0.1"));
    expect(findJava({ atLeast: 21 }, folders)?.feature).toBe(25);
  });

  test("a JAVA_HOME that is too old does not hide a newer one", () => {
    const folders = [installed(openDir(), "21.0.3")];
    vi.stubEnv("JAVA_HOME", installed(openDir(), "11.0.2"));
    expect(findJava({ atLeast: 21 }, folders)?.feature).toBe(21);
  });

  test("nothing new enough is no Java", () => {
    vi.stubEnv("JAVA_HOME", undefined);
    expect(findJava({ atLeast: 21 }, [installed(openDir(), "17.0.2")])).toBeUndefined();
  });

  test("a runtime that lacks a wanted module is passed over", () => {
    vi.stubEnv("JAVA_HOME", installed(openDir(), "21.0.3", "java.base"));
    const folders = [installed(openDir(), "21.0.3", "java.base"), installed(openDir(), "25.0.1")];
    expect(findJava({ atLeast: 21, modules: ["jdk.compiler"] }, folders)?.feature).toBe(25);
  });
});
