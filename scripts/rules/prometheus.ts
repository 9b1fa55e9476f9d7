import { readFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { parseYaml } from "../../src/lib/yaml.ts";
import { METRIC_NAMES } from "../../src/telemetry/metrics.ts";

const FILE = "rules/metrics.yaml";
const ALERT = z.strictObject({
  name: z.string().regex(/^Tripline[A-Z]\w+$/),
  expr: z.string(),
  for: z.string().regex(/^\d+m$/),
  severity: z.enum(["warning", "critical"]),
  /** It says nothing about one agent, so it cannot name a vantage. */
  about_all: z.boolean().default(false),
  summary: z.string(),
  means: z.string().endsWith("."),
  respond: z.string().endsWith("."),
  tests: z
    .array(z.strictObject({ series: z.record(z.string(), z.string()), fires_at: z.int(), quiet_at: z.int() }))
    .min(1),
});

type MetricAlert = z.infer<typeof ALERT>;

export function loadMetricAlerts(): readonly MetricAlert[] {
  const document = parseYaml(readFileSync(path.join(import.meta.dirname, "../..", FILE), "utf8"));
  const [broken] = document.errors;
  if (broken !== undefined) throw new Error(`${FILE}:${broken.line}: ${broken.message}`);
  const { alerts } = z.strictObject({ alerts: z.array(ALERT) }).parse(document.value);
  const unknown = metricsOf(alerts).filter((name) => !METRIC_NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`${FILE}: the agent has no metric ${unknown.join(", ")}`);
  return alerts;
}

/** The expression with the name of the vantage beside the instance. */
function exprOf({ expr, about_all: aboutAll }: MetricAlert): string {
  return aboutAll ? expr : `(${expr}) * on (job, instance) group_left (vantage, segment) tripline_vantage_info`;
}

const HEAD = `# Made by \`npm run assets\` from ${FILE}; change it there.\n`;
const PAGE = "docs/rules/prometheus.md";

/** A file for \`rule_files\` of Prometheus. */
export function prometheusRules(alerts: readonly MetricAlert[]): string {
  const rules = alerts.map((alert) => ({
    alert: alert.name,
    expr: exprOf(alert),
    for: alert.for,
    labels: { severity: alert.severity },
    annotations: {
      summary: summaryOf(alert),
      description: alert.means,
      runbook: `${PAGE}#${alert.name.toLowerCase()}`,
    },
  }));
  return HEAD + stringify({ groups: [{ name: "tripline", rules }] }, { lineWidth: 0 });
}

function summaryOf({ summary, about_all: aboutAll }: MetricAlert): string {
  return aboutAll ? summary : `${summary} (vantage {{ $labels.vantage }})`;
}

const AGENT = 'job="tripline", instance="agent:7420"';
const LABELS = { job: "tripline", instance: "agent:7420" };
const VANTAGE = { vantage: "vp-dmz-fra", segment: "dmz-fra" };

/** Unit tests for `promtool test rules`: each alert once firing and once quiet. */
export function prometheusTests(alerts: readonly MetricAlert[]): string {
  const tests = alerts.flatMap((alert) => alert.tests.map((test) => unitTest(alert, test)));
  return HEAD + stringify({ rule_files: ["tripline.rules.yml"], evaluation_interval: "1m", tests }, { lineWidth: 0 });
}

function unitTest(alert: MetricAlert, { series, fires_at: fires, quiet_at: quiet }: MetricAlert["tests"][number]) {
  const own = Object.entries(series).map(([name, values]) => ({ series: withAgent(name), values }));
  const info = { series: `tripline_vantage_info{${AGENT}, vantage="vp-dmz-fra", segment="dmz-fra"}`, values: "1x400" };
  const expected = alert.about_all ? {} : { ...labelsOf(alert, series), ...LABELS, ...VANTAGE };
  const summary = summaryOf(alert).replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) =>
    Reflect.get(expected, name),
  );
  return {
    name: alert.name,
    interval: "1m",
    input_series: alert.about_all ? own : [...own, info],
    alert_rule_test: [
      { eval_time: `${quiet}m`, alertname: alert.name, exp_alerts: [] },
      {
        eval_time: `${fires}m`,
        alertname: alert.name,
        exp_alerts: [
          {
            exp_labels: { severity: alert.severity, ...expected },
            exp_annotations: { summary, description: alert.means, runbook: `${PAGE}#${alert.name.toLowerCase()}` },
          },
        ],
      },
    ],
  };
}

function withAgent(name: string): string {
  return name.endsWith("}") ? `${name.slice(0, -1)},${AGENT}}` : `${name}{${AGENT}}`;
}

/** The labels of the series that reach the alert: those that the expression does not sum away. */
function labelsOf({ expr }: MetricAlert, series: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const gone = /without \((\w+)\)/.exec(expr)?.[1];
  const pairs = Object.keys(series).flatMap((name) => [...name.matchAll(/(\w+)="([^"]*)"/g)]);
  return Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key, value]).filter(([key]) => key !== gone));
}

/** Names of metrics that the alerts read. */
function metricsOf(alerts: readonly MetricAlert[]): readonly string[] {
  return [...new Set(alerts.flatMap(({ expr }) => expr.match(/\btripline_\w+/g) ?? []))].toSorted();
}

export function prometheusPage(alerts: readonly MetricAlert[]): string {
  const sections = alerts.flatMap((alert) => [
    `## ${alert.name}`,
    "",
    `${alert.summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, "`$1`")} (${alert.severity}, after ${alert.for}).`,
    "",
    alert.means,
    "",
    alert.respond,
    "",
    "```promql",
    alert.expr,
    "```",
    "",
  ]);
  return [
    "# Alerts for Prometheus",
    "",
    `<!-- Made by \`npm run assets\` from ${FILE}; change it there. -->`,
    "",
    "`rules/generated/prometheus/tripline.rules.yml` is for `rule_files`. The agent serves its metrics on `web.listen`, path `/metrics`.",
    "Every alert carries the labels `vantage` and `segment`, which come from the metric `tripline_vantage_info`. There is no alert on",
    "certificates that expire: they are observations in the SIEM (`tls.server.not_after`), not metrics.",
    "",
    ...sections,
  ].join("\n");
}
