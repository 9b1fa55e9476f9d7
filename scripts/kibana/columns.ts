import { type Field, fieldNamed } from "../../src/events/fields.ts";
import type { Json, JsonObject } from "../assets/json-text.ts";

/** A column of a Lens layer, as Kibana saves it: what is asked of Elasticsearch, and how it is called. */
export type Column = JsonObject;

/** What a metric may be narrowed to. */
interface Narrow {
  /** KQL. */
  readonly where?: string;
  /** Only the end of the time range, such as `2h`. */
  readonly last?: string;
}

/** The field of Lens that stands for the document itself. */
const RECORDS = "___records___";

/** The most frequent values, or those with the most of another column: one row, slice or series each. */
export function top(
  field: string,
  label: string,
  options: {
    readonly size: number;
    readonly by?: string;
    readonly direction?: "asc" | "desc";
    readonly missing?: true;
  },
): Column {
  const { size, by, direction = by === undefined ? "asc" : "desc", missing = false } = options;
  return {
    ...head("terms", field, label),
    isBucketed: true,
    params: {
      size,
      orderBy: by === undefined ? { type: "alphabetical", fallback: false } : { type: "column", columnId: by },
      orderDirection: direction,
      otherBucket: false,
      missingBucket: missing,
      parentFormat: { id: "terms" },
      include: [],
      exclude: [],
      includeIsRegex: false,
      excludeIsRegex: false,
    },
  };
}

/** The time axis; Kibana chooses the steps. */
export function overTime(): Column {
  return {
    ...head("date_histogram", "@timestamp", "Time"),
    isBucketed: true,
    params: { interval: "auto", includeEmptyRows: true, dropPartials: false },
  };
}

/** How many different values: delivery is at least once, so events are counted by their id. */
export function distinct(field: string, label: string, narrow: Narrow = {}): Column {
  return metric("unique_count", { field, label, params: { emptyAsNull: false }, ...narrow });
}

export function documents(label: string, narrow: Narrow = {}): Column {
  return metric("count", { field: RECORDS, label, params: { emptyAsNull: false }, ...narrow });
}

export function greatest(field: string, label: string, narrow: Narrow = {}): Column {
  return metric("max", { field, label, params: { emptyAsNull: true }, ...narrow });
}

export function least(field: string, label: string, narrow: Narrow = {}): Column {
  return metric("min", { field, label, params: { emptyAsNull: true }, ...narrow });
}

export function mean(field: string, label: string): Column {
  return metric("average", { field, label, params: { emptyAsNull: true } });
}

export function total(field: string, label: string): Column {
  return metric("sum", { field, label, params: { emptyAsNull: true } });
}

export function percentile(field: string, label: string, percent: number): Column {
  return metric("percentile", { field, label, params: { percentile: percent } });
}

/** The value in the newest document that has one. */
export function latest(field: string, label: string): Column {
  return metric("last_value", { field, label, params: { sortField: "@timestamp" }, where: `"${field}": *` });
}

function metric(
  operation: string,
  options: Narrow & { readonly field: string; readonly label: string; readonly params: JsonObject },
): Column {
  const { field, label, params, where, last } = options;
  return {
    ...head(operation, field, label),
    isBucketed: false,
    ...(where === undefined ? {} : { filter: { query: where, language: "kuery" } }),
    ...(last === undefined ? {} : { reducedTimeRange: last }),
    params,
  };
}

function head(operation: string, field: string, label: string): { readonly [key: string]: Json } {
  const counts = ["count", "unique_count"].includes(operation);
  const dataType = counts ? "number" : dataTypeOf(known(field));
  return {
    label,
    customLabel: true,
    dataType,
    operationType: operation,
    scale: scaleOf(operation, dataType),
    sourceField: field,
  };
}

function scaleOf(operation: string, dataType: string): string {
  if (operation === "date_histogram") return "interval";
  return operation === "terms" || dataType === "string" || dataType === "boolean" || dataType === "ip"
    ? "ordinal"
    : "ratio";
}

function known(field: string): Field {
  const found = fieldNamed(field);
  if (found === null) throw new Error(`no event has the field ${field}`);
  return found;
}

/** The type as Kibana calls it. */
function dataTypeOf({ name, type }: Field): string {
  switch (type) {
    case "keyword":
    case "constant_keyword":
    case "wildcard":
      return "string";
    case "long":
    case "float":
      return "number";
    case "boolean":
    case "date":
    case "ip":
      return type;
    default:
      throw new Error(`${name} is ${type}: nothing can be counted or grouped by it`);
  }
}
