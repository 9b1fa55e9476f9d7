import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { missing } from "./availability.ts";
import { cacheDir, cached, openToEveryone } from "./cache.ts";
import { freshNamespace } from "./fresh-names.ts";
import { tempDir } from "./temp-dir.ts";

function freshEntry(): string {
  const name = `cache-test-${freshNamespace()}`;
  onTestFinished(() => rmSync(path.join(cacheDir(), name), { recursive: true, force: true }));
  return name;
}

test("two builds of the same thing at one moment leave one whole folder and no rest", async () => {
  const name = freshEntry();
  const build = async (dir: string): Promise<undefined> => {
    writeFileSync(path.join(dir, "content"), "whole");
    return undefined;
  };
  const [first, second] = await Promise.all([cached(name, build), cached(name, build)]);
  expect(first).toBe(second);
  expect(readFileSync(path.join(cacheDir(), name, "content"), "utf8")).toBe("whole");
  expect(readdirSync(cacheDir()).filter((entry) => entry.startsWith(`${name}.part`))).toEqual([]);
});

test("a failed build is reported and tried again the next time", async () => {
  const name = freshEntry();
  const failure = missing("no network", "connect it");
  expect(await cached(name, async () => failure)).toBe(failure);
  expect(existsSync(path.join(cacheDir(), name))).toBe(false);
  expect(await cached(name, async () => undefined)).toBe(path.join(cacheDir(), name));
});

test("what is in the cache is not built again", async () => {
  const name = freshEntry();
  await cached(name, async () => undefined);
  expect(await cached(name, () => Promise.reject(new Error("built twice")))).toBe(path.join(cacheDir(), name));
});

test("a private folder is not open to everyone", () => {
  expect(openToEveryone(tempDir())).toBe(false);
  expect(openToEveryone("/usr/bin")).toBe(true);
});
