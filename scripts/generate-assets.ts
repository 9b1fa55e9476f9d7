// Writes what is made from the tables of src: Elasticsearch templates, Kibana content, JSON Schema, the pages of fields and configuration,
// and the tables in the pages of anomalies. `npm run assets`.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { generatedFiles } from "./assets/all.ts";
import { playStories, sampleFiles } from "./rules/samples/make.ts";

const root = path.join(import.meta.dirname, "..");
// Samples need the program to run: the events of stories, some seconds.
const samples = sampleFiles(await playStories());
for (const [file, text] of [...generatedFiles(), ...samples]) {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  console.log(file);
}
