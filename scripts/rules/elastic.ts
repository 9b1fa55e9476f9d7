import { parentOf, TACTICS, type TacticId, type TechniqueId, TECHNIQUES } from "../../src/domain/attack.ts";
import type { JsonObject } from "../assets/json-text.ts";
import { aggregateEsql, ESQL_EVERY, silenceEsql } from "./esql.ts";
import { kql } from "./kql.ts";
import { noteOf, pageOfRule, techniqueUrl } from "./pages.ts";
import type { Rule } from "./rule.ts";

/** Rules of Elastic Security, one a line, as its import wants them. All are off: choosing is up to the operator. */
export function elasticRules(rules: readonly Rule[]): string {
  return `${rules.map((rule) => JSON.stringify(elasticRule(rule))).join("\n")}\n`;
}

const RISK = { low: 21, medium: 47, high: 73, critical: 99 } as const;
const LICENCE = { author: ["Tripline"], license: "Apache-2.0" };

function elasticRule(rule: Rule): JsonObject {
  const { runbook, severity } = rule;
  return {
    rule_id: rule.id,
    name: `Tripline: ${rule.title}`,
    description: `${rule.about} ${runbook.means}`,
    version: rule.version,
    enabled: false,
    ...LICENCE,
    tags: tagsOf(rule),
    ...detectionOf(rule),
    timestamp_override: "event.ingested",
    to: "now",
    max_signals: 1000,
    severity,
    risk_score: RISK[severity],
    ...fromEvent(rule),
    investigation_fields: { field_names: [...rule.fields_to_show] },
    false_positives: [...runbook.false_positives],
    references: [pageOfRule(rule.slug), ...rule.techniques.map(techniqueUrl)],
    note: noteOf(rule),
    setup: runbook.setup,
    threat: threatOf(rule.techniques),
    exceptions_list: [],
    actions: [],
  };
}

/** Severity, risk and name are those of the event where the event has them; an ES|QL row is no event. */
function fromEvent({ type, families, severity_from_event: asEvent }: Rule): JsonObject {
  if (type === "aggregate" || type === "silence") return { severity_mapping: [], risk_score_mapping: [] };
  const named = type === "match" ? { rule_name_override: "message" } : {};
  if (!asEvent || !families.includes("anomaly")) return { ...named, severity_mapping: [], risk_score_mapping: [] };
  const severities = Object.entries(RISK).map(([severity, value]) => {
    return { field: "event.severity", operator: "equals", value: String(value), severity };
  });
  const risk = { field: "event.risk_score", operator: "equals", value: "" };
  return { ...named, severity_mapping: severities, risk_score_mapping: [risk] };
}

function detectionOf(rule: Rule): JsonObject {
  if (rule.type === "aggregate") return esqlRule(aggregateEsql(rule), rule.aggregate.within);
  if (rule.type === "silence") return esqlRule(silenceEsql(rule), rule.silence.known_for);
  const query = { language: "kuery", index: rule.families.map(indexOf), query: kql(rule.condition) };
  if (rule.type === "match") return { type: "query", ...query, interval: "5m", from: "now-9m" };
  const { by, distinct, at_least: value, within } = rule.threshold;
  const threshold = { field: [by], value: 1, cardinality: [{ field: distinct, value }] };
  return { type: "threshold", ...query, threshold, interval: "1h", from: `now-${within}` };
}

/** It names its index itself. */
function esqlRule(query: string, within: string): JsonObject {
  return { type: "esql", language: "esql", query, interval: ESQL_EVERY, from: `now-${within}` };
}

function indexOf(family: string): string {
  return `logs-tripline.${family}-*`;
}

function tagsOf({ techniques, type }: Rule): readonly string[] {
  const tactics = tacticsOf(techniques).map((id) => `Tactic: ${TACTICS[id]}`);
  const useCase = techniques.length > 0 ? "Use Case: Threat Detection" : "Use Case: Asset Visibility";
  return ["Tripline", "Domain: Network", "Data Source: Tripline", useCase, ...tactics, `Rule Type: ${TYPES[type]}`];
}

const TYPES = { match: "Query", threshold: "Threshold", aggregate: "ES|QL", silence: "ES|QL" } as const;

function tacticsOf(techniques: readonly TechniqueId[]): readonly TacticId[] {
  return [...new Set(techniques.flatMap((id) => TECHNIQUES[id].tactics))].toSorted();
}

/** Techniques below the tactics they serve, sub-techniques below their technique. */
function threatOf(techniques: readonly TechniqueId[]): readonly JsonObject[] {
  return tacticsOf(techniques).map((tactic) => {
    const here = techniques.filter((id) => TECHNIQUES[id].tactics.includes(tactic));
    const parents = [...new Set(here.map((id) => parentOf(id) ?? id))];
    return {
      framework: "MITRE ATT&CK",
      tactic: { id: tactic, name: TACTICS[tactic], reference: `https://attack.mitre.org/tactics/${tactic}/` },
      technique: parents.map((id) => {
        const below = here.filter((one) => parentOf(one) === id).map(named);
        return below.length === 0 ? named(id) : { ...named(id), subtechnique: below };
      }),
    };
  });
}

function named(id: TechniqueId): JsonObject {
  return { id, name: TECHNIQUES[id].name, reference: techniqueUrl(id) };
}
