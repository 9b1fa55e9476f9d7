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
  return Object.values(aggregations).reduce<number>((sum, one) => sum + shownBy(one), 0);
}

function shownBy(aggregation: unknown): number {
  if (!isObject(aggregation)) return 0;
  const { buckets, value, hits, values, doc_count: documents } = aggregation;
  if (Array.isArray(buckets)) return buckets.filter((one: unknown) => isObject(one) && one["doc_count"] !== 0).length;
  if (typeof value === "number") return value === 0 ? 0 : 1;
  if (isObject(hits)) return hitsIn(aggregation);
  if (isObject(values)) return Object.values(values).filter((one) => typeof one === "number").length;
  return typeof documents === "number" && documents > 0 ? 1 : 0;
}

function hitsIn({ hits }: Readonly<Record<string, unknown>>): number {
  return isObject(hits) && Array.isArray(hits["hits"]) ? hits["hits"].length : 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
