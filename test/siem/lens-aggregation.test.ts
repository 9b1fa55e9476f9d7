import { describe, expect, test } from "vitest";
import type { LensColumn, LensLayer } from "../support/siem/bundle.ts";
import { layerAggregations } from "../support/siem/lens-aggregation.ts";
import { contentQueries, shownIn } from "../support/siem/panel-queries.ts";
import { shippedBundle } from "../support/siem/bundle.ts";

const TIME = { from: "2026-11-01T00:00:00Z", to: "2026-11-15T00:00:00Z" };

function column(operationType: string, sourceField: string, more: Partial<LensColumn> = {}): LensColumn {
  const isBucketed = operationType === "terms" || operationType === "date_histogram";
  return {
    label: "x",
    customLabel: true,
    dataType: "number",
    operationType,
    scale: "ratio",
    sourceField,
    isBucketed,
    params: {},
    ...more,
  };
}

function layer(columns: Readonly<Record<string, LensColumn>>): LensLayer {
  return { columnOrder: Object.keys(columns), columns, incompleteColumns: {}, sampling: 1, ignoreGlobalFilters: false };
}

function kuery(query: string) {
  return { query, language: "kuery" as const };
}

function top(by: string | null, direction = "desc", params: object = {}): Partial<LensColumn> {
  const orderBy = by === null ? { type: "alphabetical" } : { type: "column", columnId: by };
  return { params: { size: 5, orderBy, orderDirection: direction, ...params } };
}

describe("the aggregation of a Lens column", () => {
  test.each([
    ["unique_count", column("unique_count", "event.id"), { cardinality: { field: "event.id" } }],
    ["max", column("max", "event.risk_score"), { max: { field: "event.risk_score" } }],
    ["min", column("min", "@timestamp"), { min: { field: "@timestamp" } }],
    ["average", column("average", "event.risk_score"), { avg: { field: "event.risk_score" } }],
    ["sum", column("sum", "tripline.scan.packets"), { sum: { field: "tripline.scan.packets" } }],
    [
      "percentile",
      column("percentile", "event.duration", { params: { percentile: 95 } }),
      { percentiles: { field: "event.duration", percents: [95] } },
    ],
    [
      "last_value, the newest document that has one",
      column("last_value", "agent.version", {
        params: { sortField: "@timestamp" },
        filter: kuery('"agent.version": *'),
      }),
      {
        filter: { bool: { filter: [{ exists: { field: "agent.version" } }] } },
        aggs: {
          metric: {
            top_hits: { size: 1, _source: false, fields: ["agent.version"], sort: [{ "@timestamp": "desc" }] },
          },
        },
      },
    ],
    [
      "a count of the end of the time range",
      column("count", "___records___", { reducedTimeRange: "2h" }),
      {
        filter: {
          bool: {
            filter: [
              {
                range: { "@timestamp": { gte: `${TIME.to}||-2h`, lte: TIME.to, format: "strict_date_optional_time" } },
              },
            ],
          },
        },
      },
    ],
  ])("%s", (_name, one, aggregation) => {
    expect(layerAggregations(layer({ one }), TIME)).toEqual({ one: aggregation });
  });

  test("a count of all is the count of the bucket, and needs no aggregation", () => {
    expect(layerAggregations(layer({ n: column("count", "___records___") }), TIME)).toEqual({});
  });

  test("the end of a running clock is written without bars", () => {
    const one = column("count", "___records___", { reducedTimeRange: "2h" });
    expect(JSON.stringify(layerAggregations(layer({ one }), { from: "now-7d", to: "now" }))).toContain(
      '"gte":"now-2h"',
    );
  });
});

describe("the aggregations of a layer", () => {
  test("nest: the second group inside of the first, the metrics inside of the last, and what is sorted by in each", () => {
    const columns = {
      host: column("terms", "host.name", top("risk")),
      time: column("date_histogram", "@timestamp"),
      risk: column("max", "event.risk_score"),
    };
    const risk = { max: { field: "event.risk_score" } };
    expect(layerAggregations(layer(columns), TIME)).toEqual({
      host: {
        terms: { field: "host.name", size: 5, order: { risk: "desc" } },
        aggs: {
          risk,
          time: {
            date_histogram: { field: "@timestamp", fixed_interval: "12h", min_doc_count: 0 },
            aggs: { risk },
          },
        },
      },
    });
  });

  test.each([
    ["the alphabet", column("count", "___records___"), null, { _key: "desc" }],
    ["the number of documents", column("count", "___records___"), "m", { _count: "desc" }],
    [
      "a filtered number of documents",
      column("count", "___records___", { filter: kuery("a:1") }),
      "m",
      { "m>metric": "desc" },
    ],
    ["a filtered metric", column("max", "event.risk_score", { filter: kuery("a:1") }), "m", { "m>metric": "desc" }],
    ["a percentile", column("percentile", "event.duration", { params: { percentile: 95 } }), "m", { "m.95": "desc" }],
  ])("sort by %s", (_name, m, by, order) => {
    const found = layerAggregations(layer({ host: column("terms", "host.name", top(by)), m }), TIME);
    expect(found["host"]).toMatchObject({ terms: { order } });
  });

  test("keep documents without a value where the column says so", () => {
    const host = column("terms", "service.version", top(null, "asc", { missingBucket: true }));
    expect(layerAggregations(layer({ host }), TIME)["host"]).toMatchObject({ terms: { missing: "__missing__" } });
  });

  test.each([
    ["an operation that is not known", { a: column("moving_average", "event.risk_score") }],
    ["a sort by a column that is not there", { a: column("terms", "host.name", top("gone")) }],
    ["a sort by a last value", { a: column("terms", "host.name", top("b")), b: column("last_value", "event.reason") }],
  ])("refuse %s", (_name, columns) => {
    expect(() => layerAggregations(layer(columns), TIME)).toThrow();
  });
});

describe("what would be seen", () => {
  const panel = (aggregation: object) => ({ aggregations: { a: aggregation } });
  test.each([
    ["rows that have documents", panel({ buckets: [{ doc_count: 2 }, { doc_count: 0 }] }), 1],
    ["a row with the number 0", panel({ buckets: [{ doc_count: 2, n: { value: 0 } }] }), 1],
    ["no row where nothing was measured", panel({ buckets: [{ doc_count: 2, n: { value: null } }] }), 0],
    [
      "rows of the inner group only",
      panel({
        buckets: [
          { doc_count: 2, b: { buckets: [] }, n: { value: 1 } },
          { doc_count: 1, b: { buckets: [{ doc_count: 1 }] } },
        ],
      }),
      1,
    ],
    [
      "no row without a last value",
      panel({ buckets: [{ doc_count: 1, n: { doc_count: 0, metric: { hits: { hits: [] } } } }] }),
      0,
    ],
    ["a number", panel({ value: 4 }), 1],
    ["nothing where the number is 0", panel({ value: 0 }), 0],
    ["nothing where there is no number", panel({ value: null }), 0],
    ["a percentile", panel({ values: { "95.0": 12 } }), 1],
    ["nothing where there is no percentile", panel({ values: { "95.0": null } }), 0],
    ["a filtered number", panel({ doc_count: 3 }), 1],
    ["nothing where the filter leaves nothing", panel({ doc_count: 0 }), 0],
    ["documents", { hits: { hits: [{}, {}] } }, 2],
    ["nothing", panel({ buckets: [] }), 0],
    ["nothing in an error", { error: "x" }, 0],
  ])("%s", (_name, answer, shown) => {
    expect(shownIn(answer)).toBe(shown);
  });
});

test("every chart and every saved search gives a query", () => {
  const queries = contentQueries(shippedBundle());
  const names = queries.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.includes("/")).length).toBeGreaterThan(40);
  expect(queries.filter(({ index }) => index !== "logs-tripline.*-*").map(({ name }) => name)).toEqual([
    "tripline-host/other-logs",
  ]);
});
