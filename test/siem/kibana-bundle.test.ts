import { describe, expect, test } from "vitest";
import { contentHash } from "../../src/domain/asset-content.ts";
import { PUBLISHED_ACTIONS } from "../../src/domain/kinds/actions.ts";
import { fieldNamed } from "../../src/events/fields.ts";
import { CONTENT_VERSION, markOf } from "../../src/siem/kibana/mark.ts";
import { normalForm } from "../../src/siem/kibana/normal-form.ts";
import { savedObject } from "../../src/siem/kibana/saved-object.ts";
import {
  dashboardsOf,
  dataViewsOf,
  type LensPanel,
  type ParsedDashboard,
  type Reference,
  savedObjects,
  searchesOf,
  shippedBundle,
} from "../support/siem/bundle.ts";
import { fieldsOf, parseKql, leavesOf } from "../support/siem/kql.ts";
import { OPERATIONS } from "../support/siem/lens-aggregation.ts";

const lines = shippedBundle().trimEnd().split("\n").slice(0, -1);
const objects = savedObjects(shippedBundle());
const dashboards = dashboardsOf(objects);
const searches = searchesOf(objects);
const charts = dashboards.flatMap((dashboard) =>
  dashboard.panels.flatMap((panel) =>
    panel.type === "lens" ? [{ name: `${dashboard.id}/${panel.panelIndex}`, panel, dashboard }] : [],
  ),
);

describe("the file of saved objects", () => {
  test("has two data views, six searches and four dashboards with fixed ids, each id once", () => {
    expect(objects.map(({ id, type }) => `${type} ${id}`)).toEqual([
      "index-pattern tripline",
      "index-pattern tripline-all-logs",
      "search tripline-anomalies",
      "search tripline-new-ports",
      "search tripline-rogue-hosts",
      "search tripline-identity-changes",
      "search tripline-silenced",
      "search tripline-scan-failures",
      "dashboard tripline-host",
      "dashboard tripline-overview",
      "dashboard tripline-exposure-drift",
      "dashboard tripline-health",
    ]);
  });

  test("is in a format that 8.19 knows: a newer one would be refused", () => {
    const formats = new Set(objects.map(({ type, typeMigrationVersion }) => `${type} ${typeMigrationVersion}`));
    expect([...formats]).toEqual(["index-pattern 8.0.0", "search 10.2.0", "dashboard 10.2.0"]);
  });

  test("refers to nothing outside of itself", () => {
    const ids = new Set(objects.map(({ id, type }) => `${type} ${id}`));
    const missing = objects.flatMap(({ references }) => references.filter(({ id, type }) => !ids.has(`${type} ${id}`)));
    expect(missing).toEqual([]);
  });

  test("has its edition in every object, with a hash of the content that Kibana would give back", () => {
    const parsed = lines.map((text) => savedObject.parse(JSON.parse(text)));
    expect(parsed.map(markOf)).toEqual(
      parsed.map((object) => ({ version: CONTENT_VERSION, hash: contentHash(normalForm(object)) })),
    );
  });

  test("makes links of nothing but the addresses that the agent writes", () => {
    const maps = objects
      .filter(({ type }) => type === "index-pattern")
      .map(({ attributes }) => String(attributes["fieldFormatMap"]));
    const formats = maps.flatMap((map) =>
      Object.entries(JSON.parse(map) as Record<string, { id: string; params: object }>),
    );
    const links = formats.filter(([, { id }]) => id === "url");
    expect(links.map(([field]) => field)).toEqual(["event.url", "event.reference"]);
    expect(JSON.stringify(links)).not.toContain("emplate");
    expect(formats.filter(([field]) => fieldNamed(field) === null)).toEqual([]);
  });

  test("draws with Lens only: no markdown, no Vega, no visualisation of old", () => {
    const text = shippedBundle();
    expect(text).not.toMatch(/markdown|vega|"visualization","id"|visState/i);
    expect(new Set(dashboards.flatMap(({ panels }) => panels.map(({ type }) => type)))).toEqual(
      new Set(["lens", "search"]),
    );
  });
});

describe.each(dashboards)("dashboard $id", (dashboard) => {
  test("lists exactly the references that its panels and controls use", () => {
    expect(dashboard.references.map(({ name }) => name).toSorted()).toEqual(usedNames(dashboard).toSorted());
  });

  test("has panels that do not overlap, on a grid of 48 columns, with one id each", () => {
    const ids = dashboard.panels.map(({ panelIndex }) => panelIndex);
    expect(new Set(ids).size).toBe(ids.length);
    const taken = new Set<string>();
    for (const { gridData, panelIndex } of dashboard.panels) {
      expect(gridData.i).toBe(panelIndex);
      expect(gridData.x + gridData.w, panelIndex).toBeLessThanOrEqual(48);
      for (const cell of cellsOf(gridData)) {
        expect(taken.has(cell), `${panelIndex} overlaps at ${cell}`).toBe(false);
        taken.add(cell);
      }
    }
  });

  test("filters by fields that can be listed", () => {
    expect(Object.entries(dashboard.controls).length).toBeGreaterThan(1);
    for (const [id, { explicitInput }] of Object.entries(dashboard.controls)) {
      expect(explicitInput.id).toBe(id);
      expect(["keyword", "ip"]).toContain(fieldNamed(explicitInput.fieldName)?.type);
    }
  });
});

describe.each(charts)("panel $name", ({ panel, dashboard }) => {
  const { attributes } = panel.embeddableConfig;
  const layers = Object.entries(attributes.state.datasourceStates.formBased.layers);
  const columns = layers.flatMap(([, layer]) => Object.entries(layer.columns));

  test("asks for one data stream", () => {
    const query = parseKql(attributes.state.query.query);
    const stream = leavesOf(query).filter(({ field }) => field === "data_stream.dataset");
    expect(stream).toHaveLength(1);
  });

  test("has one layer, whose reference is in the panel and in the dashboard", () => {
    const [layer] = layers;
    const name = `indexpattern-datasource-layer-${layer?.[0]}`;
    expect(layers).toHaveLength(1);
    expect(attributes.references.map((reference) => reference.name)).toEqual([name]);
    expect(dashboard.references.map((reference) => reference.name)).toContain(`${panel.panelIndex}:${name}`);
  });

  test("has columns of fields that exist, with a type that their operation takes", () => {
    for (const [id, { sourceField, operationType, isBucketed }] of columns) {
      const type = sourceField === "___records___" ? "records" : fieldNamed(sourceField)?.type;
      expect(OPERATIONS[operationType]?.types, `${id}: ${operationType}`).toContain(type);
      expect(isBucketed).toBe(operationType === "terms" || operationType === "date_histogram");
    }
  });

  test("groups first and measures then, and uses every column in its picture", () => {
    for (const [, layer] of layers) {
      expect(layer.columnOrder.toSorted()).toEqual(Object.keys(layer.columns).toSorted());
      const kinds = layer.columnOrder.map((id) => layer.columns[id]?.isBucketed);
      expect(kinds).toEqual(kinds.toSorted((a, b) => Number(b) - Number(a)));
    }
    expect(namedIn(attributes.state.visualization).toSorted()).toEqual(columns.map(([id]) => id).toSorted());
  });

  test("has queries that can be read, of fields that exist", () => {
    const filters = columns.flatMap(([, { filter }]) => (filter === undefined ? [] : [filter.query]));
    for (const text of [attributes.state.query.query, ...filters]) expect(unknownFields(text), text).toEqual([]);
  });

  test("offers to go on only where there is something to click", () => {
    const events = panel.embeddableConfig.enhancements.dynamicActions?.events ?? [];
    const groups = columns.filter(([, { isBucketed }]) => isBucketed);
    expect(events.length === 0 || groups.length > 0).toBe(true);
  });

  test("sorts by a column of its own that can be sorted by", () => {
    for (const [, { operationType, params }] of columns) {
      if (operationType !== "terms") continue;
      const by = params["orderBy"] as { type: string; columnId?: string };
      if (by.type === "alphabetical") continue;
      const sorted = columns.find(([id]) => id === by.columnId)?.[1];
      expect(OPERATIONS[sorted?.operationType ?? ""]?.sortPath).not.toBeNull();
    }
  });
});

describe.each(searches)("saved search $id", ({ query, columns, sort, references, indexRefName }) => {
  test("asks for one data stream, with fields that exist", () => {
    expect(leavesOf(parseKql(query)).filter(({ field }) => field === "data_stream.dataset")).toHaveLength(1);
    expect(unknownFields(query)).toEqual([]);
    expect(columns.filter((field) => fieldNamed(field) === null)).toEqual([]);
    expect(sort).toEqual([["@timestamp", "desc"]]);
  });

  test("uses its reference to the data view", () => {
    expect(references).toEqual([{ type: "index-pattern", id: "tripline", name: indexRefName }]);
  });
});

test("nothing asks for an action that no event has", () => {
  const queries = [
    ...charts.map(({ panel }) => panel.embeddableConfig.attributes.state.query.query),
    ...searches.map(({ query }) => query),
  ];
  const known = new Set<string>(PUBLISHED_ACTIONS);
  expect(actionsIn(queries).length).toBeGreaterThan(20);
  expect(actionsIn(queries).filter((action) => !known.has(action))).toEqual([]);
});

test("the data views are ours and everybody's", () => {
  expect([...dataViewsOf(objects)]).toEqual([
    ["tripline", "logs-tripline.*-*"],
    ["tripline-all-logs", "logs-*"],
  ]);
});

function actionsIn(queries: readonly string[]): readonly string[] {
  return queries.flatMap((text) =>
    leavesOf(parseKql(text)).flatMap((leaf) =>
      leaf.field === "event.action" && leaf.value !== null ? [leaf.value.text] : [],
    ),
  );
}

function unknownFields(text: string): readonly string[] {
  return fieldsOf(parseKql(text)).filter((field) => fieldNamed(field) === null);
}

/** Ids of columns in a picture: every text under a key that names columns. */
function namedIn(state: unknown): readonly string[] {
  const found = new Set<string>();
  JSON.stringify(state, (key: string, value: unknown) => {
    if (/Accessor$|^columnId$/.test(key) && typeof value === "string") found.add(value);
    if (key === "accessors" && Array.isArray(value)) for (const one of value) found.add(String(one));
    return value;
  });
  return [...found];
}

function usedNames(dashboard: ParsedDashboard): readonly string[] {
  const controls = Object.keys(dashboard.controls).map((id) => `controlGroup_${id}:optionsListDataView`);
  const panels = dashboard.panels.flatMap((panel) =>
    panel.type === "search"
      ? [`${panel.panelIndex}:${panel.panelRefName}`]
      : [
          ...panel.embeddableConfig.attributes.references.map(({ name }: Reference) => `${panel.panelIndex}:${name}`),
          ...drilldownNames(panel),
        ],
  );
  return [...controls, ...panels];
}

function drilldownNames({ panelIndex, embeddableConfig }: LensPanel): readonly string[] {
  const events = embeddableConfig.enhancements.dynamicActions?.events ?? [];
  return events
    .filter(({ action }) => action.factoryId === "DASHBOARD_TO_DASHBOARD_DRILLDOWN")
    .map(({ eventId }) => `${panelIndex}:drilldown:DASHBOARD_TO_DASHBOARD_DRILLDOWN:${eventId}:dashboardId`);
}

function cellsOf({ x, y, w, h }: { x: number; y: number; w: number; h: number }): readonly string[] {
  return Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`);
}
