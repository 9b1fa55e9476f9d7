import type { EventFamily } from "../../src/domain/event.ts";
import type { JsonObject } from "../assets/json-text.ts";
import { type Chart, type Columns, visualization, visualizationType } from "./charts.ts";
import { type DataView, OURS } from "./data-views.ts";
import type { Reference } from "./saved-object.ts";

/** Place on the grid of 48 columns. */
export type Place = readonly [x: number, y: number, width: number, height: number];

/** A Lens chart, saved in the dashboard itself. */
export interface LensPanel {
  readonly id: string;
  readonly title: string;
  readonly about?: string;
  readonly at: Place;
  /** The data stream it reads. */
  readonly from: EventFamily | "others";
  /** KQL beside that of the data stream. */
  readonly where?: string;
  readonly columns: Columns;
  readonly chart: Chart;
  /** What a click offers: another dashboard with what was clicked as filter, or the documents in Discover. */
  readonly goTo?: readonly ("tripline-host" | "discover")[];
  /** It always shows everything, whatever the controls say. */
  readonly unfiltered?: true;
}

/** A saved search, shown by reference. */
export interface SearchPanel {
  readonly id: string;
  readonly search: string;
  readonly title: string;
  readonly at: Place;
}

export type Panel = LensPanel | SearchPanel;

export interface SavedPanel {
  readonly json: JsonObject;
  /** As the dashboard lists them. */
  readonly references: readonly Reference[];
}

export function savePanel(panel: Panel, views: Readonly<Record<"ours" | "others", DataView>>): SavedPanel {
  return "search" in panel
    ? saveSearchPanel(panel)
    : saveLensPanel(panel, panel.from === "others" ? views.others : OURS);
}

function saveSearchPanel({ id, search, title, at }: SearchPanel): SavedPanel {
  const name = `panel_${id}`;
  const json = { ...frame("search", id, at), panelRefName: name, embeddableConfig: { title, enhancements: {} } };
  return { json, references: [{ type: "search", id: search, name: `${id}:${name}` }] };
}

function saveLensPanel(panel: LensPanel, view: DataView): SavedPanel {
  const { id, title, about } = panel;
  const layer: Reference = { type: "index-pattern", id: view.id, name: `indexpattern-datasource-layer-${id}` };
  const actions = (panel.goTo ?? []).map((target) => drilldown(id, target));
  const json = {
    ...frame("lens", id, panel.at),
    embeddableConfig: {
      title,
      ...(about === undefined ? {} : { description: about }),
      attributes: {
        title,
        description: about ?? "",
        type: "lens",
        visualizationType: visualizationType(panel.chart),
        state: lensState(panel),
        references: [{ ...layer }],
      },
      enhancements: actions.length === 0 ? {} : { dynamicActions: { events: actions.map(({ event }) => event) } },
    },
  };
  const references = [layer, ...actions.flatMap(({ reference }) => reference ?? [])];
  return { json, references: references.map((one) => ({ ...one, name: `${id}:${one.name}` })) };
}

function frame(type: "lens" | "search", id: string, [x, y, w, h]: Place): JsonObject {
  return { type, panelIndex: id, gridData: { x, y, w, h, i: id } };
}

function lensState({ id, columns, chart, from, where, unfiltered }: LensPanel): JsonObject {
  const stream = from === "others" ? "not data_stream.dataset: tripline.*" : `data_stream.dataset:"tripline.${from}"`;
  const layer = {
    columnOrder: Object.keys(columns),
    columns,
    incompleteColumns: {},
    sampling: 1,
    ignoreGlobalFilters: unfiltered === true,
  };
  return {
    visualization: visualization(chart, columns, id),
    query: { query: where === undefined ? stream : `${stream} and ${where}`, language: "kuery" },
    filters: [],
    datasourceStates: { formBased: { layers: { [id]: layer } } },
    internalReferences: [],
    adHocDataViews: {},
  };
}

interface Drilldown {
  readonly event: JsonObject;
  readonly reference?: Reference;
}

/** Both kinds are in every licence; a drilldown to a URL is not. */
function drilldown(panel: string, target: "tripline-host" | "discover"): Drilldown {
  const eventId = `${panel}-to-${target}`;
  const triggers = ["FILTER_TRIGGER"];
  if (target === "discover") {
    const config = { openInNewTab: true };
    const action = { name: "Open in Discover", factoryId: "OPEN_IN_DISCOVER_DRILLDOWN", config };
    return { event: { eventId, triggers, action } };
  }
  const config = { openInNewTab: false, useCurrentDateRange: true, useCurrentFilters: true };
  const action = { name: "Investigate this host", factoryId: "DASHBOARD_TO_DASHBOARD_DRILLDOWN", config };
  const name = `drilldown:DASHBOARD_TO_DASHBOARD_DRILLDOWN:${eventId}:dashboardId`;
  return { event: { eventId, triggers, action }, reference: { type: "dashboard", id: target, name } };
}
