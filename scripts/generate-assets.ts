// Writes what is made from the tables of src: Elasticsearch templates, Kibana content, JSON Schema, the pages of fields and configuration,
// and the tables in the pages of anomalies. `npm run assets`.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { generatedFiles } from "./assets/all.ts";
import { playStories, sampleFiles } from "./rules/samples/make.ts";

const root = path.join(import.meta.dirname, "..");
write(generatedFiles());
// The program tells the stories of the samples, some seconds long, with the files that were written just now.
write(sampleFiles(await playStories()));

function write(files: ReadonlyMap<string, string>): void {
  for (const [file, text] of files) {
    const target = path.join(root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    console.log(file);
  }
}
