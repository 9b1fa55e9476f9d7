import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { configPage } from "../../scripts/assets/config-page.ts";
import { effectiveValues } from "../../src/config/effective.ts";
import { parseConfig } from "../support/configuration.ts";

const rows = configPage()
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split(" | "));

it("the page of the configuration is the one that the schema makes now (npm run assets)", () => {
  expect(readFileSync("docs/reference/config.md", "utf8")).toBe(configPage());
});

it("every key has a form and a meaning", () => {
  expect(rows.length).toBeGreaterThan(50);
  for (const [key = "", form = "", , meaning = ""] of rows) {
    expect(form, key).not.toBe("");
    expect(meaning.replace(" |", ""), key).toMatch(/\w{2}/);
  }
});

it("the defaults of the page are those in force", () => {
  const loaded = parseConfig("segment: a\ntargets: [10.0.0.1]\n", {
    path: "x",
    directory: "/",
    environment: {},
    now: 1,
  });
  if (!loaded.ok) throw new Error(loaded.error.text);
  const inForce = new Map(effectiveValues(loaded.value).map(({ path, value }) => [path, value]));
  const shown = rows.flatMap(([key = "", , fallback = ""]): [string, string][] => {
    const value = /^`(.*)`$/.exec(fallback)?.[1];
    const path = key.replaceAll(/[|` ]/g, "");
    return value === undefined || !inForce.has(path) || !/^[\w:./-]+$/.test(value) ? [] : [[path, value]];
  });
  expect(shown.length).toBeGreaterThan(10);
  const sizes = new Map([
    ["1GiB", String(1024 ** 3)],
    ["2GiB", String(2 * 1024 ** 3)],
    ["3d", "3d 0h"],
    ["24h", "1d 0h"],
    ["30d", "30d 0h"],
  ]);
  for (const [path, value] of shown) expect([path, inForce.get(path)]).toEqual([path, sizes.get(value) ?? value]);
});
