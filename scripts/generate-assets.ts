// Writes what is made from the tables of src and the sources in rules: Elasticsearch templates, Kibana content, rules, JSON Schema, the
// pages of fields and configuration, and the tables in the pages of anomalies. Begins `npm run assets`.
import { generatedFiles } from "./assets/all.ts";
import { writeFiles } from "./assets/write-files.ts";

writeFiles(generatedFiles());
