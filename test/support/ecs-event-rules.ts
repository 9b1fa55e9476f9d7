import { existsSync } from "node:fs";
import { EcsFlat } from "@elastic/ecs";
import { SCHEMA_VERSION } from "../../src/domain/event.ts";
import { ACTIONS } from "../../src/domain/kinds/actions.ts";
import { fieldNamed } from "../../src/events/fields.ts";
import type { Leaf } from "./ecs-check.ts";
import { anchorsOf } from "./markdown.ts";

const SEVERITIES: ReadonlyMap<string, number> = new Map([
  ["low", 21],
  ["medium", 47],
  ["high", 73],
  ["critical", 99],
]);
const BAND_STARTS: readonly (readonly [number, number])[] = [
  [74, 99],
  [48, 73],
  [22, 47],
  [0, 21],
];
const REQUIRED = [
  "@timestamp",
  "message",
  "ecs.version",
  "data_stream.type",
  "data_stream.dataset",
  "data_stream.namespace",
  "event.kind",
  "event.category",
  "event.type",
  "event.action",
  "event.module",
  "event.dataset",
  "event.provider",
  "event.id",
  "event.created",
  "observer.name",
  "observer.type",
  "agent.id",
  "tripline.schema",
  "tripline.vantage.id",
] as const;
const EXPECTED_TYPES: ReadonlyMap<string, readonly string[]> = new Map(
  EcsFlat["event.category"].allowed_values.map((value) => [value.name, value.expected_event_types ?? []]),
);
const FULL_RELATED = 64;

/** An event as its leaves, with the questions that rules ask. */
interface View {
  readonly leaves: readonly Leaf[];
  readonly all: (name: string) => readonly unknown[];
  readonly one: (name: string) => unknown;
}

/** The rules that look at more than one leaf. */
export function eventRuleProblems(leaves: readonly Leaf[]): readonly string[] {
  const byName = Map.groupBy(leaves, (leaf) => leaf.name);
  const all = (name: string): readonly unknown[] => (byName.get(name) ?? []).map((leaf) => leaf.value);
  const view: View = { leaves, all, one: (name) => all(name)[0] };
  return [
    ...required(view),
    ...identity(view),
    ...categories(view),
    ...families(view),
    ...risk(view),
    ...alerts(view),
    ...endpoints(view),
    ...related(view),
    ...quietMessage(view),
    ...references(view),
    ...points(view),
  ];
}

/** Pages by file: their anchors, read once. */
const PAGES = new Map<string, ReadonlySet<string> | null>();

/** What an event refers to can be opened. Those of the first contract named an address where nothing was. */
function references({ one }: View): readonly string[] {
  if (one("tripline.schema") !== SCHEMA_VERSION) return [];
  return ["event.reference", "rule.reference"].flatMap((name) => {
    const value = one(name);
    if (value === undefined) return [];
    return opens(say(value)) ? [] : [`${name}: ${say(value)} leads to no page of this repository`];
  });
}

function opens(reference: string): boolean {
  const [, file = "", anchor] = /(docs\/[a-z/-]+\.md)(?:#(.+))?$/.exec(reference) ?? [];
  const known = PAGES.get(file) ?? (existsSync(file) ? anchorsOf(file) : null);
  PAGES.set(file, known);
  return known !== null && (anchor === undefined || known.has(anchor));
}

function say(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}

function required({ all }: View): readonly string[] {
  return REQUIRED.filter((name) => all(name).length === 0).map((name) => `${name}: missing`);
}

/**
 * A state of before an upgrade still holds events of the previous contract; what was added since makes them no worse.
 */
const CONTRACTS: readonly string[] = ["1.0", SCHEMA_VERSION];

function identity({ one }: View): readonly string[] {
  const expected: readonly (readonly [string, unknown])[] = [
    ["ecs.version", "9.4.0"],
    ["data_stream.type", "logs"],
    ["event.module", "tripline"],
    ["event.dataset", one("data_stream.dataset")],
    ["event.ingested", undefined],
  ];
  const wrong = expected.filter(([name, value]) => one(name) !== value);
  const id = say(one("event.id"));
  return [
    ...wrong.map(([name, value]) => `${name}: is ${say(one(name))}, must be ${say(value)}`),
    ...(CONTRACTS.includes(say(one("tripline.schema"))) ? [] : [`tripline.schema: is ${say(one("tripline.schema"))}`]),
    ...(/^[a-z2-7]{26}$/.test(id) ? [] : [`event.id: ${id} is not 26 characters of base32`]),
    ...(/^tripline\.(anomaly|scan|observation|audit)$/.test(say(one("data_stream.dataset")))
      ? []
      : [`data_stream.dataset: ${say(one("data_stream.dataset"))} is no family`]),
  ];
}

function categories({ all, one }: View): readonly string[] {
  const action = say(one("event.action"));
  const row = Object.entries(ACTIONS).find(([slug]) => slug === action)?.[1];
  if (row === undefined) return [`event.action: ${action} is in no row of the slug table`];
  const own = all("event.category").map(say);
  const known = own.flatMap((category) => EXPECTED_TYPES.get(category) ?? []);
  const foreign = all("event.type").filter((type) => !known.includes(say(type)));
  // A group has the category of its members, and a type of its own.
  const members = Object.entries(ACTIONS).find(([slug]) => slug === one("tripline.anomaly.group.kind"))?.[1];
  const category = [row, members].some((cells) => own.join() === cells?.category.join());
  const rule = one("rule.id");
  const step = one("tripline.anomaly.transition");
  const later = one("data_stream.dataset") === "tripline.anomaly" && step !== "opened" && step !== "escalated";
  const type = later ? "info" : row.type;
  return [
    ...foreign.map((t) => `event.type: ${say(t)} is not expected with category ${own.join(", ")}`),
    ...(category ? [] : [`event.category: ${own.join(", ")} is not the one of ${action}`]),
    ...(members !== undefined || all("event.type").join() === type
      ? []
      : [`event.type: must be ${type} for ${action}`]),
    ...(rule === undefined || rule === `tl-${action}` ? [] : [`rule.id: ${say(rule)} is not tl-${action}`]),
  ];
}

function families({ leaves, one }: View): readonly string[] {
  const family = say(one("data_stream.dataset")).replace("tripline.", "");
  const names = new Set(leaves.map((leaf) => leaf.name));
  return [...names].flatMap((name) => {
    const allowed: readonly string[] = fieldNamed(name)?.families ?? [];
    return allowed.includes(family) ? [] : [`${name}: not a field of family ${family}`];
  });
}

function risk({ one }: View): readonly string[] {
  const score = one("event.risk_score");
  const severity = one("event.severity");
  if (score === undefined && severity === undefined) {
    return one("data_stream.dataset") === "tripline.anomaly" ? ["event.severity: missing in an anomaly event"] : [];
  }
  if (typeof score !== "number" || !Number.isInteger(score) || score < 0 || score > 100) {
    return [`event.risk_score: ${say(score)} is not a whole number from 0 to 100`];
  }
  const band = one("tripline.score.band");
  const byScore = BAND_STARTS.find(([from]) => score >= from)?.[1];
  return [
    ...(severity === byScore ? [] : [`event.severity: ${say(severity)} does not go with score ${score}`]),
    ...(one("event.risk_score_norm") === score ? [] : ["event.risk_score_norm: differs from event.risk_score"]),
    ...(band === undefined || SEVERITIES.get(say(band)) === severity ? [] : [`tripline.score.band: ${say(band)}`]),
  ];
}

function alerts({ one }: View): readonly string[] {
  const kind = one("event.kind");
  const family = one("data_stream.dataset");
  if (kind === "state") return family === "tripline.observation" ? [] : ["event.kind: state outside of observations"];
  if (family === "tripline.observation") return [`event.kind: ${say(kind)}, observations are state`];
  if (kind === "event") return [];
  if (kind !== "alert") return [`event.kind: ${say(kind)} is not used`];
  const step = say(one("tripline.anomaly.transition"));
  return [
    ...(one("tripline.anomaly.notable") === true ? [] : ["event.kind: alert, but not notable"]),
    ...(step === "opened" || step === "escalated" ? [] : [`event.kind: alert for transition ${step}`]),
  ];
}

function endpoints({ all }: View): readonly string[] {
  return ["ip", "port", "address", "domain", "mac"].flatMap((leaf) => {
    const [server, destination] = [all(`server.${leaf}`).join(), all(`destination.${leaf}`).join()];
    return server === destination ? [] : [`destination.${leaf}: ${destination} is not server.${leaf} ${server}`];
  });
}

function related({ leaves, all }: View): readonly string[] {
  const listed = new Set(all("related.ip"));
  const addresses = leaves.filter((leaf) => {
    return fieldNamed(leaf.name)?.type === "ip" && !leaf.name.startsWith("observer.");
  });
  const forgotten = addresses.filter((leaf) => !listed.has(leaf.value));
  // A full list is allowed to lack some, if the event says so.
  if (listed.size === FULL_RELATED && all("tripline.truncated").includes("related.ip")) return [];
  return forgotten.map((leaf) => `related.ip: lacks ${say(leaf.value)} of ${leaf.name}`);
}

/** Names, products and versions may be in a message, even where the banner consists of nothing else. */
function quietMessage({ all, one }: View): readonly string[] {
  const message = say(one("message"));
  const hostile = ["tripline.observed.banner", "tripline.baseline.banner"].flatMap(all).map(say);
  const allowed = new Set(["service", "product", "version"].flatMap((f) => all(`tripline.observed.${f}`)).map(say));
  return hostile
    .filter((banner) => banner.length >= 16 && message.includes(banner) && !allowed.has(banner))
    .map((banner) => `message: repeats the banner ${banner.slice(0, 60)}`);
}

const POINTS = ["rarity", "exposure", "declaration", "criticality", "corroboration", "context"];

function points({ all, one }: View): readonly string[] {
  const values = POINTS.flatMap((name) => all(`tripline.score.points.${name}`)).map(Number);
  if (values.length === 0) return [];
  if (values.length < POINTS.length) return ["tripline.score.points: not all six"];
  const sum = values.reduce((total, value) => total + value, 0);
  const clamped = Math.min(100, Math.max(0, sum));
  const score = Number(one("tripline.score.value"));
  return Math.abs(clamped - score) <= 0.5 ? [] : [`tripline.score.points: add up to ${sum}, the value is ${score}`];
}
