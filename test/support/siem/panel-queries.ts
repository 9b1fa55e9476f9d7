import { dashboardsOf, dataViewsOf, type LensPanel, type ParsedDashboard, savedObjects, searchesOf } from "./bundle.ts";
import { kqlQuery, type Query } from "./kql-query.ts";
import { layerAggregations, rangeOf, type TimeRange } from "./lens-aggregation.ts";

/** What a panel or a saved search asks of Elasticsearch. */
export interface ContentQuery {
  /** `dashboard/panel`, or the id of a saved search. */
  readonly name: string;
  readonly title: string;
  /** Index pattern of its data view; other than ours, it needs events of somebody else. */
  readonly index: string;
  /** How far it looks back when it is opened, such as `now-7d`; null: as far as its page. */
  readonly since: string | null;
  readonly kql: string;
  /** Body of `_search`. */
  body(time: TimeRange): Query;
}

/** Every chart of every dashboard, and every saved search, as the file of saved objects says them. */
export function contentQueries(ndjson: string): readonly ContentQuery[] {
  const objects = savedObjects(ndjson);
  const views = dataViewsOf(objects);
  const charts = dashboardsOf(objects).flatMap((dashboard) =>
    dashboard.panels.flatMap((panel) => (panel.type === "lens" ? [chartQuery(panel, dashboard, views)] : [])),
  );
  const searches = searchesOf(objects).map(({ id, title, since, query, columns, references, sort }): ContentQuery => {
    return {
      name: id,
      title,
      index: indexOf(references[0]?.id, views),
      since,
      kql: query,
      body: (time) => ({
        size: 10,
        query: within(query, time),
        sort: sort.map(([field, order]) => ({ [field]: order })),
        fields: columns,
        _source: false,
      }),
    };
  });
  return [...charts, ...searches];
}

function chartQuery(
  panel: LensPanel,
  { id, since }: ParsedDashboard,
  views: ReadonlyMap<string, string>,
): ContentQuery {
  const { title, attributes } = panel.embeddableConfig;
  const { state, references } = attributes;
  const [layer] = Object.values(state.datasourceStates.formBased.layers);
  if (layer === undefined) throw new Error(`${id}/${panel.panelIndex} has no layer`);
  const kql = state.query.query;
  return {
    name: `${id}/${panel.panelIndex}`,
    title,
    index: indexOf(references[0]?.id, views),
    since,
    kql,
    body: (time) => ({
      size: 0,
      track_total_hits: true,
      query: within(kql, time),
      aggs: layerAggregations(layer, time),
    }),
  };
}

function within(kql: string, time: TimeRange): Query {
  return { bool: { filter: [rangeOf(time), kqlQuery(kql)] } };
}

function indexOf(id: string | undefined, views: ReadonlyMap<string, string>): string {
  const index = views.get(id ?? "");
  if (index === undefined) throw new Error(`there is no data view ${id}`);
  return index;
}

/** Rows or values in the answer of Elasticsearch: what a person would see in the panel. 0: it is empty. */
export function shownIn(answer: unknown): number {
  if (!isObject(answer)) return 0;
  const aggregations = answer["aggregations"];
  if (!isObject(aggregations)) return hitsIn(answer);
  const groups = Object.values(aggregations).filter(hasBuckets);
  if (groups.length > 0) return groups.reduce((sum, group) => sum + rowsIn(group), 0);
  return Object.values(aggregations).filter((one) => numberIn(one) !== 0 && saysSomething(one)).length;
}

interface Group {
  readonly buckets: readonly unknown[];
}

function hasBuckets(value: unknown): value is Group {
  return isObject(value) && Array.isArray(value["buckets"]);
}

/** A row is there only when each of its groups is; and it is empty when nothing was measured in it. */
function rowsIn({ buckets }: Group): number {
  return buckets.reduce<number>((sum, bucket) => sum + (isObject(bucket) ? rowsOf(bucket) : 0), 0);
}

function rowsOf(bucket: Readonly<Record<string, unknown>>): number {
  if (bucket["doc_count"] === 0) return 0;
  const inner = Object.values(bucket);
  const groups = inner.filter(hasBuckets);
  if (groups.length > 0) return groups.reduce((sum, group) => sum + rowsIn(group), 0);
  const measured = inner.filter(isObject);
  return measured.length === 0 || measured.some(saysSomething) ? 1 : 0;
}

function saysSomething(metric: unknown): boolean {
  if (!isObject(metric)) return false;
  const { value, values, hits, metric: inner, doc_count: documents } = metric;
  if (inner !== undefined) return saysSomething(inner);
  if (isObject(hits)) return hitsIn(metric) > 0;
  if (isObject(values)) return Object.values(values).some((one) => typeof one === "number");
  return typeof value === "number" || typeof documents === "number";
}

/** The number of a metric that stands alone: a 0 there is nothing to see. */
function numberIn(metric: unknown): unknown {
  if (!isObject(metric)) return 0;
  return metric["value"] ?? (metric["metric"] === undefined ? metric["doc_count"] : undefined);
}

function hitsIn({ hits }: Readonly<Record<string, unknown>>): number {
  return isObject(hits) && Array.isArray(hits["hits"]) ? hits["hits"].length : 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
