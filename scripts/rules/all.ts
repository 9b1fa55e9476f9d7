import { readFileSync } from "node:fs";
import path from "node:path";
import { fillBlock } from "../assets/fill-block.ts";
import { elasticRules } from "./elastic.ts";
import { elastalertRule } from "./elastalert.ts";
import { loadRules } from "./load.ts";
import { pageOfRule, rulePage, ruleTable } from "./pages.ts";
import { loadMetricAlerts, prometheusPage, prometheusRules, prometheusTests } from "./prometheus.ts";
import { sigmaRule } from "./sigma.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const GENERATED = "rules/generated";
const INDEX = "docs/rules/README.md";

/** Path → text of everything that is made from rules/alerts and rules/metrics.yaml. */
export function ruleFiles(): ReadonlyMap<string, string> {
  const rules = loadRules();
  const alerts = loadMetricAlerts();
  const files = new Map<string, string>();
  files.set(`${GENERATED}/elastic/tripline-rules.ndjson`, elasticRules(rules));
  for (const rule of rules) {
    const sigma = sigmaRule(rule);
    if (sigma !== null) files.set(`${GENERATED}/sigma/${rule.slug}.yml`, sigma);
    files.set(`${GENERATED}/elastalert/${rule.slug}.yaml`, elastalertRule(rule));
    files.set(pageOfRule(rule.slug), rulePage(rule));
  }
  files.set(`${GENERATED}/prometheus/tripline.rules.yml`, prometheusRules(alerts));
  files.set(`${GENERATED}/prometheus/tripline.test.yml`, prometheusTests(alerts));
  files.set("docs/rules/prometheus.md", prometheusPage(alerts));
  files.set(INDEX, fillBlock(readFileSync(path.join(ROOT, INDEX), "utf8"), { name: "rules", lines: ruleTable(rules) }));
  return files;
}
