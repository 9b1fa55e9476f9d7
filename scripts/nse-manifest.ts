import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { sha256Hex } from "../src/lib/hash.ts";
import { readManifest } from "../src/scan/nmap/manifest.ts";

// Writes the hashes of our own NSE files into nse-scripts/manifest.json. Run it after every change of a script;
// a test fails while the manifest is out of step.
const folder = path.resolve(import.meta.dirname, "../nse-scripts");
const manifest = readManifest(folder);
if (!manifest.ok) throw new Error(manifest.error);
const hashOf = (file: string) => sha256Hex(readFileSync(path.join(folder, file)));
const renewed = {
  scripts: manifest.value.scripts.map((script) =>
    script.source === "tripline" ? { ...script, sha256: hashOf(`${script.id}.nse`) } : script,
  ),
  files: manifest.value.files.map(({ file }) => ({ file, sha256: hashOf(file) })),
};
writeFileSync(path.join(folder, "manifest.json"), `${JSON.stringify(renewed, null, 2)}\n`);
console.log("nse-scripts/manifest.json: hashes renewed");
