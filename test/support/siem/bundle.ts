import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

/** The content for Kibana as it ships, read from its file alone: nothing of the scripts that made it is used. */
const SHIPPED = path.join(import.meta.dirname, "../../../config/kibana/tripline.ndjson");

const reference = z.strictObject({ type: z.string(), id: z.string(), name: z.string() });

const savedObject = z.strictObject({
  id: z.string(),
  type: z.enum(["index-pattern", "search", "dashboard"]),
  attributes: z.record(z.string(), z.unknown()),
  references: z.array(reference),
  coreMigrationVersion: z.string(),
  typeMigrationVersion: z.string(),
  managed: z.boolean(),
});

export type SavedObject = z.infer<typeof savedObject>;
export type Reference = z.infer<typeof reference>;

const counts = z.strictObject({
  excludedObjects: z.array(z.unknown()),
  excludedObjectsCount: z.number(),
  exportedCount: z.number(),
  missingRefCount: z.number(),
  missingReferences: z.array(z.unknown()),
});

export function shippedBundle(): string {
  return readFileSync(SHIPPED, "utf8");
}

/** Objects of an export; its last line must count them. */
export function savedObjects(ndjson: string): readonly SavedObject[] {
  const lines = ndjson
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  const { exportedCount } = counts.parse(lines.pop());
  const objects = lines.map((line) => savedObject.parse(line));
  if (exportedCount !== objects.length)
    throw new Error(`the last line counts ${exportedCount} of ${objects.length} objects`);
  return objects;
}

const filter = z.strictObject({ query: z.string(), language: z.literal("kuery") });

const column = z.strictObject({
  label: z.string().min(1),
  customLabel: z.boolean(),
  dataType: z.string(),
  operationType: z.string(),
  scale: z.string(),
  sourceField: z.string(),
  isBucketed: z.boolean(),
  filter: filter.optional(),
  reducedTimeRange: z.string().optional(),
  params: z.record(z.string(), z.unknown()),
});

export type LensColumn = z.infer<typeof column>;

const layer = z.strictObject({
  columnOrder: z.array(z.string()),
  columns: z.record(z.string(), column),
  incompleteColumns: z.strictObject({}),
  sampling: z.literal(1),
  ignoreGlobalFilters: z.boolean(),
});

export type LensLayer = z.infer<typeof layer>;

const lensAttributes = z.strictObject({
  title: z.string(),
  description: z.string(),
  type: z.literal("lens"),
  visualizationType: z.enum(["lnsMetric", "lnsXY", "lnsHeatmap", "lnsDatatable"]),
  state: z.strictObject({
    visualization: z.record(z.string(), z.unknown()),
    query: filter,
    filters: z.array(z.never()),
    datasourceStates: z.strictObject({ formBased: z.strictObject({ layers: z.record(z.string(), layer) }) }),
    internalReferences: z.array(z.never()),
    adHocDataViews: z.strictObject({}),
  }),
  references: z.array(reference),
});

const event = z.strictObject({
  eventId: z.string(),
  triggers: z.tuple([z.literal("FILTER_TRIGGER")]),
  action: z.strictObject({
    name: z.string(),
    factoryId: z.enum(["OPEN_IN_DISCOVER_DRILLDOWN", "DASHBOARD_TO_DASHBOARD_DRILLDOWN"]),
    config: z.record(z.string(), z.boolean()),
  }),
});

const frame = {
  panelIndex: z.string(),
  gridData: z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number(), i: z.string() }),
};

const lensPanel = z.strictObject({
  ...frame,
  type: z.literal("lens"),
  embeddableConfig: z.strictObject({
    title: z.string(),
    description: z.string().optional(),
    attributes: lensAttributes,
    enhancements: z.strictObject({ dynamicActions: z.strictObject({ events: z.array(event) }).optional() }),
  }),
});

const searchPanel = z.strictObject({
  ...frame,
  type: z.literal("search"),
  panelRefName: z.string(),
  embeddableConfig: z.strictObject({ title: z.string(), enhancements: z.strictObject({}) }),
});

const panels = z.array(z.discriminatedUnion("type", [lensPanel, searchPanel]));

export type LensPanel = z.infer<typeof lensPanel>;
type SavedPanel = z.infer<typeof panels>[number];

const controls = z.record(
  z.string(),
  z.strictObject({
    order: z.number(),
    width: z.string(),
    grow: z.boolean(),
    type: z.literal("optionsListControl"),
    explicitInput: z.looseObject({ id: z.string(), fieldName: z.string(), title: z.string() }),
  }),
);

const dashboard = z.looseObject({
  title: z.string(),
  description: z.string(),
  timeFrom: z.string(),
  timeTo: z.literal("now"),
  panelsJSON: z.string(),
  controlGroupInput: z.looseObject({ panelsJSON: z.string() }),
});

export interface ParsedDashboard {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly since: string;
  readonly panels: readonly SavedPanel[];
  readonly controls: z.infer<typeof controls>;
  readonly references: readonly Reference[];
}

/** The dashboards with everything that is JSON inside of strings. */
export function dashboardsOf(objects: readonly SavedObject[]): readonly ParsedDashboard[] {
  return objects
    .filter(({ type }) => type === "dashboard")
    .map(({ id, attributes, references }) => {
      const { title, description, timeFrom: since, panelsJSON, controlGroupInput } = dashboard.parse(attributes);
      return {
        id,
        title,
        description,
        since,
        panels: panels.parse(JSON.parse(panelsJSON)),
        controls: controls.parse(JSON.parse(controlGroupInput.panelsJSON)),
        references,
      };
    });
}

const search = z.looseObject({
  title: z.string(),
  description: z.string(),
  columns: z.array(z.string()),
  sort: z.array(z.tuple([z.string(), z.enum(["asc", "desc"])])),
  timeRange: z.strictObject({ from: z.string(), to: z.string() }).optional(),
  kibanaSavedObjectMeta: z.strictObject({ searchSourceJSON: z.string() }),
});

const searchSource = z.looseObject({ query: filter, filter: z.array(z.never()), indexRefName: z.string() });

export interface ParsedSearch extends Pick<z.infer<typeof search>, "title" | "description" | "columns" | "sort"> {
  readonly id: string;
  readonly since: string | null;
  readonly query: string;
  readonly indexRefName: string;
  readonly references: readonly Reference[];
}

export function searchesOf(objects: readonly SavedObject[]): readonly ParsedSearch[] {
  return objects
    .filter(({ type }) => type === "search")
    .map(({ id, attributes, references }) => {
      const { title, description, columns, sort, timeRange, kibanaSavedObjectMeta } = search.parse(attributes);
      const { query, indexRefName } = searchSource.parse(JSON.parse(kibanaSavedObjectMeta.searchSourceJSON));
      return {
        id,
        title,
        description,
        columns,
        sort,
        since: timeRange?.from ?? null,
        query: query.query,
        indexRefName,
        references,
      };
    });
}

const dataView = z.looseObject({
  title: z.string(),
  timeFieldName: z.literal("@timestamp"),
  fieldFormatMap: z.string(),
});

/** Index pattern of each data view, by id. */
export function dataViewsOf(objects: readonly SavedObject[]): ReadonlyMap<string, string> {
  const views = objects.filter(({ type }) => type === "index-pattern");
  return new Map(views.map(({ id, attributes }) => [id, dataView.parse(attributes).title]));
}
