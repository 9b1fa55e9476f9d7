import { ruleFiles } from "../rules/all.ts";
import { anomalyPages } from "./anomaly-pages.ts";
import { configPage } from "./config-page.ts";
import { siemAssets } from "./elasticsearch.ts";
import { kibanaBundle, KIBANA_FILE } from "../kibana/bundle.ts";
import { fieldPage } from "./field-page.ts";
import { jsonSchema } from "./json-schema.ts";
import { jsonText } from "./json-text.ts";
import { SCORING_FILE, scoringRules } from "./scoring-rules.ts";

/** Path in the repository → text of every file that is made from the tables of src and from the sources in rules. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [path, asset] of siemAssets()) files.set(`config/${path}`, jsonText(asset));
  files.set("config/schema/tripline-event-1.schema.json", jsonText(jsonSchema()));
  files.set("docs/reference/events.md", fieldPage());
  files.set("docs/reference/config.md", configPage());
  files.set(SCORING_FILE, scoringRules());
  files.set(KIBANA_FILE, kibanaBundle());
  for (const [path, page] of anomalyPages()) files.set(path, page);
  for (const [path, text] of ruleFiles()) files.set(path, text);
  return files;
}
