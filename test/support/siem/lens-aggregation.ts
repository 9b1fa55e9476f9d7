import type { LensColumn, LensLayer } from "./bundle.ts";
import { kqlQuery, type Query } from "./kql-query.ts";

/** The time that is looked at; each end a date or date math such as `now-7d`. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

/** An aggregation with what is inside of it. */
export type Aggregation = Readonly<Record<string, unknown>>;
export type Aggregations = Readonly<Record<string, Aggregation>>;

/** A metric inside of a bucket that narrows it, as Lens nests it, has this name. */
const INNER = "metric";
/** For the steps that Kibana would choose by the width of the chart. */
const STEP = "12h";

interface Operation {
  /** Types of the field table that Lens lets this operation have. */
  readonly types: readonly string[];
  /** The aggregation of one column without its filter; null: the count of the bucket itself. */
  readonly aggregation: (column: LensColumn, by: Order) => Aggregation | null;
  /** What a sort by this column names inside of its aggregation; null: it cannot be sorted by. */
  readonly sortPath: ((column: LensColumn) => string) | null;
}

type Order = Readonly<Record<string, string>>;

const KEYED = ["keyword", "constant_keyword", "wildcard", "boolean", "long", "float", "ip"];
const WHOLE = (): string => "";

/** Every operation that is shipped: the Lens column → the aggregation that Kibana sends for it. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  terms: {
    types: KEYED,
    sortPath: null,
    aggregation: ({ sourceField: field, params }, order) => ({
      terms: {
        field,
        size: params["size"],
        order,
        ...(params["missingBucket"] === true ? { missing: "__missing__" } : {}),
      },
    }),
  },
  date_histogram: {
    types: ["date"],
    sortPath: null,
    aggregation: ({ sourceField: field }) => ({ date_histogram: { field, fixed_interval: STEP, min_doc_count: 0 } }),
  },
  count: { types: ["records"], sortPath: WHOLE, aggregation: () => null },
  unique_count: {
    types: [...KEYED, "date"],
    sortPath: WHOLE,
    aggregation: ({ sourceField: field }) => ({ cardinality: { field } }),
  },
  max: { types: ["long", "float", "date"], sortPath: WHOLE, aggregation: single("max") },
  min: { types: ["long", "float", "date"], sortPath: WHOLE, aggregation: single("min") },
  average: { types: ["long", "float"], sortPath: WHOLE, aggregation: single("avg") },
  sum: { types: ["long", "float"], sortPath: WHOLE, aggregation: single("sum") },
  percentile: {
    types: ["long", "float"],
    sortPath: ({ params }) => `.${String(params["percentile"])}`,
    aggregation: ({ sourceField: field, params }) => ({ percentiles: { field, percents: [params["percentile"]] } }),
  },
  // Kibana asks for `top_metrics`, which servers without x-pack do not have; this gives the same value.
  last_value: {
    types: [...KEYED, "date"],
    sortPath: null,
    aggregation: ({ sourceField: field, params }) => ({
      top_hits: { size: 1, _source: false, fields: [field], sort: [{ [String(params["sortField"])]: "desc" }] },
    }),
  },
};

function single(name: string): Operation["aggregation"] {
  return ({ sourceField: field }) => ({ [name]: { field } });
}

/** The aggregations of a layer: each group inside of the one before, the metrics inside of the last. */
export function layerAggregations(layer: LensLayer, time: TimeRange): Aggregations {
  const columns = layer.columnOrder.map((id) => [id, columnOf(layer, id)] as const);
  const groups = columns.filter(([, column]) => column.isBucketed);
  const metrics = columns.filter(([, column]) => !column.isBucketed);
  const measured = aggregationsOf(metrics, time);
  return groups.reduceRight<Aggregations>((inner, [id, column]) => {
    const sorted = sortColumn(layer, column);
    const own = operationOf(column).aggregation(column, orderOf(column, sorted));
    const beside = sorted === null ? {} : aggregationsOf([sorted], time);
    return { [id]: { ...own, aggs: { ...beside, ...inner } } };
  }, measured);
}

type Named = readonly [id: string, column: LensColumn];

function aggregationsOf(metrics: readonly Named[], time: TimeRange): Aggregations {
  return Object.fromEntries(
    metrics.flatMap(([id, column]) => {
      const aggregation = narrowed(column, time);
      return aggregation === null ? [] : [[id, aggregation]];
    }),
  );
}

/** With the filter and the shorter time of the column around it. */
function narrowed(column: LensColumn, time: TimeRange): Aggregation | null {
  const { filter, reducedTimeRange: last } = column;
  const own = operationOf(column).aggregation(column, {});
  const narrow: readonly Query[] = [
    ...(filter === undefined ? [] : [kqlQuery(filter.query)]),
    ...(last === undefined ? [] : [rangeOf({ from: endMinus(time.to, last), to: time.to })]),
  ];
  if (narrow.length === 0) return own;
  return { filter: { bool: { filter: narrow } }, ...(own === null ? {} : { aggs: { [INNER]: own } }) };
}

/** Date math needs `||` after a date, and nothing after `now`. */
function endMinus(end: string, span: string): string {
  return end.startsWith("now") ? `${end}-${span}` : `${end}||-${span}`;
}

export function rangeOf({ from, to }: TimeRange): Query {
  return { range: { "@timestamp": { gte: from, lte: to, format: "strict_date_optional_time" } } };
}

function sortColumn(layer: LensLayer, { params }: LensColumn): Named | null {
  const by = params["orderBy"];
  if (typeof by !== "object" || by === null || !("columnId" in by)) return null;
  const id = String(by.columnId);
  return [id, columnOf(layer, id)];
}

function orderOf({ params }: LensColumn, sorted: Named | null): Order {
  const direction = String(params["orderDirection"]);
  if (sorted === null) return { _key: direction };
  const [id, column] = sorted;
  const { sortPath } = operationOf(column);
  if (sortPath === null) throw new Error(`Lens cannot sort by ${column.operationType}`);
  if (column.operationType === "count" && column.filter === undefined) return { _count: direction };
  return { [`${id}${column.filter === undefined ? "" : `>${INNER}`}${sortPath(column)}`]: direction };
}

function columnOf({ columns }: LensLayer, id: string): LensColumn {
  const column = columns[id];
  if (column === undefined) throw new Error(`the layer has no column ${id}`);
  return column;
}

function operationOf({ operationType }: LensColumn): Operation {
  const operation = OPERATIONS[operationType];
  if (operation === undefined) throw new Error(`no aggregation is known for the operation ${operationType}`);
  return operation;
}
