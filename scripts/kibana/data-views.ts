import { savedObject, type SavedObject } from "./saved-object.ts";

export interface DataView {
  readonly id: string;
  readonly title: string;
}

export const OURS: DataView = { id: "tripline", title: "logs-tripline.*-*" };
/** Everybody's: what else happened on a host. */
export const ALL_LOGS: DataView = { id: "tripline-all-logs", title: "logs-*" };

/** Links only where the value is made by the agent: an address that a scanned host can fill would be a trap. */
const FORMATS = {
  "event.url": { id: "url", params: { openLinkInCurrentTab: false } },
  "event.reference": { id: "url", params: { openLinkInCurrentTab: false } },
  "event.duration": {
    id: "duration",
    params: { inputFormat: "nanoseconds", outputFormat: "asSeconds", outputPrecision: 1, showSuffix: true },
  },
  "tripline.scan.coverage": { id: "percent", params: { pattern: "0.0%" } },
  "tripline.outbox.used_ratio": { id: "percent", params: { pattern: "0.0%" } },
};

export function dataViews(): readonly SavedObject[] {
  return [dataView(OURS, "Tripline", FORMATS), dataView(ALL_LOGS, "Tripline: all logs", {})];
}

function dataView({ id, title }: DataView, name: string, formats: object): SavedObject {
  const attributes = {
    title,
    name,
    timeFieldName: "@timestamp",
    fieldFormatMap: JSON.stringify(formats),
    fieldAttrs: "{}",
    runtimeFieldMap: "{}",
    sourceFilters: "[]",
    fields: "[]",
    allowHidden: false,
  };
  return savedObject("index-pattern", id, { attributes, references: [] });
}
