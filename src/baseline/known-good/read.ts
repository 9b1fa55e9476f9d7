import { checkedInput } from "../../config/input-problems.ts";
import type { z } from "zod";
import { knownCertificate } from "../../domain/certificate.ts";
import type { PortSets } from "../../domain/baseline.ts";
import { severalValues } from "../../domain/fields/compare.ts";
import { isHostField, type HostField } from "../../domain/fields/host.ts";
import { isPortField, type PortField } from "../../domain/fields/port.ts";
import type { FieldFamily } from "../../domain/fields/row.ts";
import type { KnownFields, KnownGood, KnownHost, KnownPort } from "../../domain/known-good.ts";
import { canonicalMac, portKey, type PortKey, portText, TRANSPORTS } from "../../domain/network.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { compareAddresses } from "../../lib/ip.ts";
import { compareText, evidenceOf, inOrder } from "../identity/evidence.ts";
import { END_LINE, type FieldValues, HOST_LINE, LOOKED_LINE, PORT_LINE, SEGMENT_LINE } from "./lines.ts";
import { FORMAT_VERSION } from "./write.ts";

/** Why a file cannot be imported: it is something else, comes from a newer program, or has bad lines. */
export type KnownGoodRefusal =
  | { readonly kind: "foreign"; readonly what: string }
  | { readonly kind: "newer"; readonly version: number }
  /** The first of them; `more` is how many others there are. */
  | { readonly kind: "lines"; readonly problems: readonly LineProblem[]; readonly more: number };

export interface LineProblem {
  readonly line: number;
  readonly what: string;
}

/** Reads line by line what `knownGoodLines` writes; it is taken as a whole or not at all. */
export interface KnownGoodReader {
  /** `line` counts from 1. False: nothing of the rest can be read. */
  readonly take: (text: string, line: number) => boolean;
  readonly end: () => Result<KnownGood, KnownGoodRefusal>;
}

const MOST_PROBLEMS = 10;

interface HostDraft extends Omit<KnownHost, "ports"> {
  readonly line: number;
  readonly ports: Map<PortKey, KnownPort & { readonly line: number }>;
}

interface Draft {
  segment: z.output<typeof SEGMENT_LINE> | null;
  refusal: KnownGoodRefusal | null;
  ended: boolean;
  lines: number;
  more: number;
  readonly problems: LineProblem[];
  readonly looked: Map<string, PortSets>;
  readonly hosts: Map<string, HostDraft>;
  readonly ids: Map<string, number>;
}

export function knownGoodReader(): KnownGoodReader {
  const draft: Draft = {
    segment: null,
    refusal: null,
    ended: false,
    lines: 0,
    more: 0,
    problems: [],
    looked: new Map(),
    hosts: new Map(),
    ids: new Map(),
  };
  return { take: (text, line) => take(draft, text, line), end: () => finished(draft) };
}

function take(draft: Draft, text: string, line: number): boolean {
  draft.lines = line;
  const trimmed = (line === 1 ? text.replace(/^\uFEFF/, "") : text).trim();
  if (trimmed === "") return true;
  const value = objectOf(trimmed);
  if (draft.segment === null) return takeSegment(draft, value, line);
  const problems = value === null ? ["it is not a JSON object"] : takeThing(draft, value, line);
  for (const what of problems) complain(draft, line, what);
  return true;
}

function complain(draft: Draft, line: number, what: string): void {
  if (draft.problems.length < MOST_PROBLEMS) draft.problems.push({ line, what });
  else draft.more++;
}

type JsonObject = Readonly<Record<string, unknown>>;

function objectOf(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function takeSegment(draft: Draft, value: JsonObject | null, line: number): boolean {
  const version = value?.["version"];
  if (value?.["tripline"] !== "baseline" || typeof version !== "number") {
    draft.refusal = { kind: "foreign", what: `line ${line} is not the first line of an export` };
    return false;
  }
  if (version > FORMAT_VERSION) {
    draft.refusal = { kind: "newer", version };
    return false;
  }
  const read = checkedInput(SEGMENT_LINE, value);
  if (read.ok) draft.segment = read.value;
  else draft.refusal = { kind: "lines", problems: read.problems.map((what) => ({ line, what })), more: 0 };
  return read.ok;
}

/** What is wrong with a line, a sentence each. */
function takeThing(draft: Draft, value: JsonObject, line: number): readonly string[] {
  if (draft.ended) return ["there is something after the end"];
  if ("port" in value) return checked(PORT_LINE, value, (port) => takePort(draft, port, line));
  if ("host" in value) return checked(HOST_LINE, value, (host) => takeHost(draft, host, line));
  if ("looked" in value) return checked(LOOKED_LINE, value, (set) => takeLooked(draft, set));
  if ("end" in value)
    return checked(END_LINE, value, () => {
      draft.ended = true;
      return [];
    });
  return ["it has none of host, port, looked, end"];
}

function checked<T>(schema: z.ZodType<T>, value: JsonObject, use: (read: T) => readonly string[]): readonly string[] {
  const read = checkedInput(schema, value);
  return read.ok ? use(read.value) : read.problems;
}

function takeLooked(draft: Draft, { looked, ...sets }: z.output<typeof LOOKED_LINE>): readonly string[] {
  if (draft.looked.has(looked)) return [`the ports "${looked}" are listed twice`];
  const named = TRANSPORTS.map((transport) => [transport, sets[transport] ?? []] as const);
  draft.looked.set(looked, new Map(named.filter(([, ports]) => ports.length > 0)));
  return [];
}

function takeHost(draft: Draft, host: z.output<typeof HOST_LINE>, line: number): readonly string[] {
  const { host: address, id = null, identity, looked, values, ...counts } = host;
  const fields = fieldsOf(values, isKnownHostField);
  const evidence = identity.map((text) => evidenceOf(text) ?? text);
  const foreign = evidence.filter((one) => typeof one === "string");
  const twice = draft.hosts.get(address)?.line ?? (id === null ? undefined : draft.ids.get(id));
  const problems = [
    ...fields.problems,
    ...foreign.map((text) => `identity: "${text}" is not one of ssh:…, tls:…, mac:…, name:…`),
    ...(looked === undefined || draft.looked.has(looked) ? [] : [`no line above lists the ports "${looked}"`]),
    ...(twice === undefined ? [] : [`the host ${address} was already in line ${twice}: which of them is meant?`]),
  ];
  if (problems.length > 0) return problems;
  const own = evidence.filter((one) => typeof one !== "string" && one.kind !== "address");
  draft.hosts.set(address, {
    ...counts,
    address,
    id,
    evidence: inOrder(own.filter((one) => typeof one !== "string")),
    looked: (looked === undefined ? undefined : draft.looked.get(looked)) ?? new Map(),
    answers: answersOf(host.answers),
    fields: fields.all,
    ports: new Map(),
    line,
  });
  if (id !== null) draft.ids.set(id, line);
  return [];
}

function answersOf(answers: z.output<typeof HOST_LINE>["answers"]): KnownHost["answers"] {
  return Object.fromEntries(Object.entries(answers).filter(([, tenths]) => tenths !== undefined));
}

function takePort(draft: Draft, line: z.output<typeof PORT_LINE>, at: number): readonly string[] {
  const { port, host: address, scans, flaps = false, values } = line;
  const host = draft.hosts.get(address);
  if (host === undefined) return [`no line above is about the host ${address}`];
  const twice = host.ports.get(portKey(port));
  if (twice !== undefined)
    return [`${portText(port)} on ${address} was already in line ${twice.line}: which of them is meant?`];
  const fields = fieldsOf(values, isPortField);
  if (fields.problems.length > 0) return fields.problems;
  host.ports.set(portKey(port), { ...port, scans, flaps, fields: fields.all, line: at });
  return [];
}

/** The address is what a host is listed by. */
function isKnownHostField(name: string): name is HostField {
  return isHostField(name) && name !== "ip";
}

function fieldsOf<F extends HostField | PortField>(
  values: FieldValues,
  isField: (name: string) => name is F,
): { readonly all: KnownFields<F>; readonly problems: readonly string[] } {
  const all = new Map<F, readonly string[]>();
  const problems: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (!isField(name)) problems.push(`values: there is no field "${name.slice(0, 60)}"`);
    else {
      const several = [...new Set([value].flat())].toSorted(compareText);
      const problem = valueProblem(name, several);
      if (problem === null) all.set(name, several);
      else problems.push(`values.${name}: ${problem}`);
    }
  }
  return { all: new Map([...all].toSorted(([a], [b]) => compareText(a, b))), problems };
}

function valueProblem(name: HostField | PortField, values: readonly string[]): string | null {
  if (values.length > 1 && !severalValues(name).several) return "only one value can be normal";
  if (name === "mac" && values.some((value) => canonicalMac(value) !== value))
    return "a MAC address as 02-00-5E-10-00-01";
  if (name === "certificate" && !values.every(isCertificate)) return "not the content of a certificate as exported";
  return null;
}

function isCertificate(text: string): boolean {
  try {
    return knownCertificate(text) !== null;
  } catch {
    return false;
  }
}

function finished(draft: Draft): Result<KnownGood, KnownGoodRefusal> {
  const { segment, refusal, problems } = draft;
  if (refusal !== null) return err(refusal);
  if (segment === null) return err({ kind: "foreign", what: "it is empty" });
  if (!draft.ended) complain(draft, draft.lines, 'the file ends before its last line, {"end":"baseline"}: it was cut');
  if (problems.length > 0) return err({ kind: "lines", problems, more: draft.more });
  return ok({
    segment: segment.segment,
    learned: learnedOf(segment),
    measured: new Map(Object.entries(segment.measured).flatMap(([family, key]) => familyOf(family, key))),
    hosts: [...draft.hosts.values()].map(hostOf).toSorted((a, b) => compareAddresses(a.address, b.address)),
  });
}

function hostOf(draft: HostDraft): KnownHost {
  const { line: _, ports, ...host } = draft;
  const sorted = [...ports].toSorted(([, a], [, b]) => compareText(a.transport, b.transport) || a.number - b.number);
  return { ...host, ports: new Map(sorted.map(([key, port]) => [key, withoutLine(port)])) };
}

function withoutLine({ transport, number, scans, flaps, fields }: KnownPort): KnownPort {
  return { transport, number, scans, flaps, fields };
}

function learnedOf({ part, scans = 0, days = 0, networks }: z.output<typeof SEGMENT_LINE>): KnownGood["learned"] {
  return part === true ? null : { scans, days, networks: networks ?? null };
}

function familyOf(name: string, key: string): readonly (readonly [FieldFamily, string])[] {
  if (name === "service" || name === "os") return [[name, key]];
  return name.startsWith("script:") ? [[`script:${name.slice("script:".length)}`, key]] : [];
}
