import { existsSync, readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { SINKS } from "../../src/deliver/sinks/registry.ts";

const FOLDERS = readdirSync("src/deliver/sinks", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

it("every folder of sinks is a kind of the list, under the name of the folder", () => {
  expect(FOLDERS.length).toBeGreaterThan(3);
  expect(SINKS.map(({ kind }) => kind).toSorted()).toEqual(FOLDERS.toSorted());
});

it.each(FOLDERS)("%s has the same parts as the others", (folder) => {
  const setup = SINKS.find(({ kind }) => kind === folder)?.setup ?? null;
  const parts = ["index.ts", "options.ts", "sink.ts", "check.ts", ...(setup === null ? [] : ["setup.ts"])];
  expect(parts.filter((part) => !existsSync(`src/deliver/sinks/${folder}/${part}`))).toEqual([]);
});

it.each(SINKS)("$kind describes each of its keys", ({ about, options }) => {
  expect(about).toMatch(/[^.]$/);
  for (const [key, value] of Object.entries(options.shape))
    expect([key, value.description]).toEqual([key, expect.any(String)]);
});
