import type { EventFamily } from "../../../../domain/event.ts";
import type { Json, JsonObject } from "../../../../domain/ports/setup.ts";

/** What an operator may want differently. */
export interface AssetWishes {
  /** Milliseconds by family; absent: as shipped. */
  readonly retention: { readonly [Family in EventFamily]?: number | undefined };
  /** Name of a policy of index lifecycle management, instead of the retention; null: the retention decides. */
  readonly ilmPolicy: string | null;
}

export const NO_WISHES: AssetWishes = { retention: {}, ilmPolicy: null };

/** What servers learned with time; an asset that names what a server does not know is refused as a whole. */
export interface ServerFeatures {
  readonly logsdb: boolean;
  readonly lifecycle: boolean;
  readonly failureStore: boolean;
}

export const EVERY_FEATURE: ServerFeatures = { logsdb: true, lifecycle: true, failureStore: true };

/** From the version; the failure store came to 8.19 and to 9.1, so that 9.0 is without one. */
export function featuresOf(version: string): ServerFeatures {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const since = (wanted: number) => major > 8 || minor >= wanted;
  return { logsdb: since(17), lifecycle: since(14), failureStore: major === 9 ? minor >= 1 : since(19) };
}

/** What is said about features that the server lacks, sentences. */
export function lacks(version: string, { logsdb, lifecycle, failureStore }: ServerFeatures): readonly string[] {
  const lack = (has: boolean, text: string) => (has ? [] : [`Elasticsearch ${version} ${text}`]);
  return [
    ...lack(failureStore, "has no failure store (8.19, 9.1 and later do): what it refuses is kept as a dead letter."),
    ...lack(logsdb, "has no logsdb indices (8.17 and later do): events need more disk."),
    ...lack(
      lifecycle,
      "has no data stream lifecycle (8.14 and later do): nothing is deleted unless ilm_policy names a policy.",
    ),
  ];
}

interface Fit {
  readonly name: string;
  readonly features: ServerFeatures;
  readonly wishes: AssetWishes;
}

/** A shipped template as this server can hold it and this operator wants it. */
export function fitted(body: JsonObject, { name, features, wishes }: Fit): JsonObject {
  if (name === "tripline@settings")
    return changed(body, ["template", "settings", "index"], (at) => settings(at, features, wishes));
  const family = /^logs-tripline\.(\w+)$/.exec(name)?.[1] as EventFamily | undefined;
  if (family === undefined) return body;
  return changed(body, ["template"], (at) => template(at, { family, features, wishes }));
}

function settings(index: JsonObject, { logsdb }: ServerFeatures, { ilmPolicy }: AssetWishes): JsonObject {
  const { mode, ...rest } = index;
  const kept = logsdb && mode !== undefined ? { mode, ...rest } : rest;
  return ilmPolicy === null ? kept : { ...kept, lifecycle: { name: ilmPolicy } };
}

function template(
  shipped: JsonObject,
  { family, features, wishes }: Omit<Fit, "name"> & { readonly family: EventFamily },
): JsonObject {
  const { lifecycle, data_stream_options: options, ...rest } = shipped;
  const ms = wishes.retention[family];
  const kept = ms === undefined ? lifecycle : { data_retention: timeUnit(ms) };
  return {
    ...rest,
    // Of two ways to end the life of an index only one may be there.
    ...(lifecycle === undefined || kept === undefined || !features.lifecycle || wishes.ilmPolicy !== null
      ? {}
      : { lifecycle: kept }),
    ...(options === undefined || !features.failureStore ? {} : { data_stream_options: options }),
  };
}

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
];

function timeUnit(ms: number): string {
  const [unit, size] = UNITS.find(([, one]) => ms % one === 0) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}

/** The same body with another object at a path; without one there, the body itself. */
function changed(body: JsonObject, path: readonly string[], change: (at: JsonObject) => JsonObject): JsonObject {
  const [key, ...below] = path;
  if (key === undefined) return change(body);
  const inner = body[key];
  return isObject(inner) ? { ...body, [key]: changed(inner, below, change) } : body;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
