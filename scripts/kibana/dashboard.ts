import { ALL_LOGS, OURS } from "./data-views.ts";
import { type Panel, savePanel } from "./panel.ts";
import { type Reference, type SavedObject, savedObject } from "./saved-object.ts";

/** A list of values above the panels; what is chosen filters all of them. */
export interface Control {
  readonly field: string;
  readonly title: string;
}

export interface Dashboard {
  readonly id: `tripline-${string}`;
  readonly title: string;
  readonly about: string;
  /** How far it looks back, such as `now-7d`. */
  readonly since: string;
  readonly controls: readonly Control[];
  readonly panels: readonly Panel[];
}

export function saveDashboard(dashboard: Dashboard): SavedObject {
  const { id, title, about, since, panels } = dashboard;
  const saved = panels.map((panel) => savePanel(panel, { ours: OURS, others: ALL_LOGS }));
  const controls = dashboard.controls.map(({ field }) => controlId(field));
  const attributes = {
    title,
    description: about,
    version: 2,
    timeRestore: true,
    timeFrom: since,
    timeTo: "now",
    refreshInterval: { pause: true, value: 60_000 },
    panelsJSON: JSON.stringify(saved.map(({ json }) => json)),
    optionsJSON: JSON.stringify(OPTIONS),
    controlGroupInput: {
      controlStyle: "oneLine",
      chainingSystem: "HIERARCHICAL",
      showApplySelections: false,
      ignoreParentSettingsJSON: JSON.stringify(HEED_ALL),
      panelsJSON: JSON.stringify(Object.fromEntries(dashboard.controls.map(saveControl))),
    },
    kibanaSavedObjectMeta: {
      searchSourceJSON: JSON.stringify({ query: { query: "", language: "kuery" }, filter: [] }),
    },
  };
  const references = [...saved.flatMap((panel) => panel.references), ...controls.map(controlReference)];
  return savedObject("dashboard", id, { attributes, references });
}

const OPTIONS = { useMargins: true, syncColors: true, syncCursor: true, syncTooltips: false, hidePanelTitles: false };
const HEED_ALL = { ignoreFilters: false, ignoreQuery: false, ignoreTimerange: false, ignoreValidations: false };

function controlId(field: string): string {
  return field.replaceAll(/[^a-z]+/g, "-");
}

function saveControl({ field, title }: Control, order: number): readonly [string, object] {
  const id = controlId(field);
  const explicitInput = {
    id,
    fieldName: field,
    title,
    searchTechnique: "prefix",
    selectedOptions: [],
    enhancements: {},
  };
  return [id, { order, width: "medium", grow: true, type: "optionsListControl", explicitInput }];
}

function controlReference(id: string): Reference {
  return { type: "index-pattern", id: OURS.id, name: `controlGroup_${id}:optionsListDataView` };
}
