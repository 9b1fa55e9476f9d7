import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { sha256Hex } from "../src/lib/hash.ts";
import { readManifest } from "../src/scan/nmap/manifest.ts";
import { SCRIPTS } from "../src/scan/scripts/registry.ts";

// Writes nse-scripts/manifest.json from the rows of the scripts that run and from the hashes of our own files. Run it
// after every change of a script; a test fails while the manifest is out of step.
const folder = path.resolve(import.meta.dirname, "../nse-scripts");
const manifest = readManifest(folder);
if (!manifest.ok) throw new Error(manifest.error);
const hashOf = (file: string) => sha256Hex(readFileSync(path.join(folder, file)));
const renewed = {
  scripts: SCRIPTS.flatMap(({ id, run }) => {
    if (run === null) return [];
    const pinned = run.source === "tripline" ? { sha256: hashOf(`${id}.nse`), schema: run.schema } : {};
    return [{ id, source: run.source, ...pinned, categories: run.categories, requests: run.requests }];
  }),
  files: manifest.value.files.map(({ file }) => ({ file, sha256: hashOf(file) })),
};
writeFileSync(path.join(folder, "manifest.json"), `${JSON.stringify(renewed, null, 2)}\n`);
console.log("nse-scripts/manifest.json: written");
