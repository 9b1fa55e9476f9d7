import path from "node:path";
import { expect, test } from "vitest";
import { PORT_FIELDS, portFieldsWith } from "../../../src/domain/fields/port.ts";
import { readManifest } from "../../../src/scan/nmap/manifest.ts";
import { ASKED_SCRIPTS, SCRIPTS } from "../../../src/scan/scripts/registry.ts";

const manifest = readManifest(path.resolve(import.meta.dirname, "../../../nse-scripts"));
if (!manifest.ok) throw new Error(manifest.error);
const { scripts } = manifest.value;

test("the manifest lists the scripts that run, as their rows say: else run `npm run nse:manifest`", () => {
  const rows = SCRIPTS.flatMap(({ id, run }) => (run === null ? [] : [{ id, ...run }]));
  expect(scripts).toEqual(rows.map((row) => expect.objectContaining(row)));
  expect(ASKED_SCRIPTS).toEqual(scripts.map(({ id }) => id));
});

test("every field that a script measures has that script in the registry, once", () => {
  const families = portFieldsWith((row) => row.family?.startsWith("script:") === true).map(
    (f) => PORT_FIELDS[f].family,
  );
  const ids = SCRIPTS.map(({ id }): string => `script:${id}`);
  expect(families.filter((family) => !ids.includes(family))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});
