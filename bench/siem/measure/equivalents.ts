import { bucketsOf } from "./documents.ts";

/** What an ES|QL query says, as an aggregation for servers without ES|QL, and how many rows its answer has. */
export interface Equivalent {
  readonly query: object;
  readonly aggs: object;
  readonly rows: (answer: unknown) => number;
}

const ANOMALIES = "tripline.anomaly";
const by = (field: string, aggs?: object) => ({
  terms: { field, size: 10_000 },
  ...(aggs === undefined ? {} : { aggs }),
});
const of = (dataset: string, ...filter: readonly object[]) => ({
  bool: { filter: [{ term: { "data_stream.dataset": dataset } }, ...filter] },
});
const anyOf = (field: string, ...values: readonly string[]) => ({ terms: { [field]: values } });
const is = (field: string, value: string | boolean) => ({ term: { [field]: value } });
const allBuckets = (answer: unknown): number => bucketsOf(answer, "rows").length;
/** The newest document of a group, which is what `LAST` is asked for. */
const newest = (field: string) => ({
  top_hits: { size: 1, _source: false, fields: [field], sort: [{ "@timestamp": "desc" }] },
});
const newestValue = (bucket: unknown, name: string, field: string): unknown =>
  (Object(bucket)[name] as { hits: { hits: { fields: Record<string, readonly unknown[]> }[] } }).hits.hits[0]?.fields[
    field
  ]?.[0];

const SERVICE = ["port-opened", "ports-opened", "service-changed"];
const IDENTITY = ["hostkey-changed", "identity-changed"];

/** By the heading of docs/siem/queries.md. Times that count from now are left out: the story is in the past. */
export const EQUIVALENTS: Readonly<Record<string, Equivalent>> = {
  "New ports of the last day": {
    query: of(
      ANOMALIES,
      anyOf("event.action", "port-opened", "undeclared-port"),
      is("tripline.anomaly.transition", "opened"),
    ),
    aggs: { rows: by("host.name", { port: by("destination.port") }) },
    rows: (answer) => bucketsOf(answer, "rows").reduce((sum, host) => sum + bucketsOf(host, "port").length, 0),
  },
  "Hosts by risk, as of now": {
    query: of(ANOMALIES),
    aggs: { rows: by("host.id", { anomaly: by("tripline.anomaly.id", { state: newest("tripline.anomaly.state") }) }) },
    rows: (answer) =>
      bucketsOf(answer, "rows").filter((host) =>
        bucketsOf(host, "anomaly").some((one) => newestValue(one, "state", "tripline.anomaly.state") === "open"),
      ).length,
  },
  "All events of one scan": {
    query: { exists: { field: "tripline.scan.id" } },
    aggs: { rows: by("tripline.scan.id") },
    rows: allBuckets,
  },
  "Time until an anomaly is over": {
    query: of(ANOMALIES, is("tripline.anomaly.transition", "resolved"), { range: { "event.duration": { gt: 0 } } }),
    aggs: { rows: by("event.action", { hours: { avg: { field: "event.duration" } } }) },
    rows: allBuckets,
  },
  "Coverage of the scans": {
    query: of("tripline.scan", anyOf("event.action", "scan-completed", "scan-partial", "scan-failed", "scan-skipped")),
    aggs: { rows: by("observer.name", { worst: { min: { field: "tripline.scan.coverage" } } }) },
    rows: allBuckets,
  },
  "Sensors that fell silent": {
    query: of("tripline.scan", anyOf("event.action", "scan-completed", "scan-partial")),
    aggs: { rows: by("observer.name", { last_at: { max: { field: "@timestamp" } } }) },
    rows: allBuckets,
  },
  "Open data stores and remote administration, as of now": {
    query: of(
      "tripline.observation",
      is("event.action", "service-observed"),
      anyOf("tripline.exposure.class", "data-store", "remote-admin"),
    ),
    aggs: { rows: by("host.id", { port: by("destination.port", { state: newest("service.state") }) }) },
    rows: (answer) =>
      bucketsOf(answer, "rows").filter((host) =>
        bucketsOf(host, "port").some((one) => newestValue(one, "state", "service.state") === "open"),
      ).length,
  },
  "Products seen for the first time in the last week": {
    query: of("tripline.observation", is("event.action", "service-observed"), {
      exists: { field: "tripline.observed.product" },
    }),
    aggs: { rows: by("tripline.observed.product", { first_at: { min: { field: "@timestamp" } } }) },
    rows: allBuckets,
  },
  "What comes back again and again": {
    query: of(ANOMALIES, is("tripline.anomaly.transition", "opened")),
    aggs: { rows: by("host.name", { subject: by("tripline.anomaly.subject") }) },
    rows: (answer) =>
      bucketsOf(answer, "rows").filter((host) => bucketsOf(host, "subject").some(({ doc_count: n }) => n >= 2)).length,
  },
  "Two kinds of change on one host": {
    query: of(
      ANOMALIES,
      is("tripline.anomaly.notable", true),
      anyOf("event.action", ...SERVICE, ...IDENTITY, "os-shifted"),
    ),
    aggs: { rows: by("host.id", { kind: by("event.action") }) },
    rows: (answer) =>
      bucketsOf(answer, "rows").filter((host) => partsOf(bucketsOf(host, "kind").map(({ key }) => key)) >= 2).length,
  },
  "Is an event there twice?": {
    query: { match_all: {} },
    aggs: { rows: { terms: { field: "event.id", size: 10, min_doc_count: 2 } } },
    rows: allBuckets,
  },
};

function partsOf(actions: readonly string[]): number {
  return new Set(
    actions.map((action) => (SERVICE.includes(action) ? "service" : action === "os-shifted" ? "system" : "identity")),
  ).size;
}

/** Of these, nothing is the right answer. */
export const RIGHTLY_EMPTY: readonly string[] = ["Is an event there twice?"];
