import {
  type FieldBaseline,
  HISTORY_BITS,
  type HostBaseline,
  type NormalValue,
  type PortBaseline,
  type RememberedBurst,
  type Results,
  type Seen,
} from "../../domain/baseline.ts";
import type { Churn } from "../../domain/churn.ts";
import { type HostField, isHostField } from "../../domain/fields/host.ts";
import { EVIDENCE_KINDS, type IdentityEvidence } from "../../domain/evidence.ts";
import { isPortField, type PortField } from "../../domain/fields/port.ts";
import { portKey, type PortKey, type Transport } from "../../domain/network.ts";
import { formatIntervals, type Intervals, parseIntervals } from "../../lib/intervals.ts";
import { integer, list, number, oneOf, text } from "../rows.ts";
import { transport } from "./common.ts";

/** What is in the columns of `host` and gives the measure for everything in its memory. */
type HostPulse = Pick<HostBaseline, "covered" | "lastSeen">;

/** What reading a memory needs in addition to its text. */
export interface Reading extends HostPulse {
  /** Gives equal texts as one: thousands of hosts have the same products and stacks. */
  readonly share: (value: string) => string;
}

/** What is remembered of a host beside the columns of its row. */
export type HostMemory = Pick<HostBaseline, "evidence" | "fields" | "ports" | "burst" | "churn" | "answers">;

/**
 * The memory of a host as one JSON text that stays the same, letter by letter, while the host does: whatever moves with
 * every scan is written as its distance from the pulse. A steady network of 10,000 hosts then writes 1 MB per cycle
 * instead of 40. Lists in fixed order, by hand instead of by schema: 100,000 ports go through here in one cycle.
 */
export function packMemory(host: HostBaseline): string {
  return JSON.stringify([
    Array.from(host.fields, ([name, field]) => packField(name, field, host.covered)),
    host.evidence.map((e) => [e.kind, e.value, e.strong ? 1 : 0]),
    sortedPorts(host).map((port) => packPort(port, host)),
    ...trailing([
      host.burst === undefined ? 0 : packBurst(host.burst),
      packChurn(host.churn),
      host.answers === undefined ? 0 : packAnswers(host.answers),
    ]),
  ]);
}

/** The inverse of {@link packMemory}, exactly. Throws when the text is anything else; the message names the port. */
export function unpackMemory(json: unknown, reading: Reading): HostMemory {
  const [fields, evidence, ports, burst = 0, churn = 0, answers = 0] = list(JSON.parse(text(json)));
  return {
    fields: unpackFields(fields, { scans: reading.covered, share: reading.share }, isHostField),
    evidence: list(evidence).map(unpackEvidence),
    ports: new Map(list(ports).map((port) => unpackPort(port, reading))),
    ...(burst === 0 ? {} : { burst: unpackBurst(burst) }),
    ...(churn === 0 ? {} : { churn: unpackChurn(churn) }),
    ...(answers === 0 ? {} : { answers: unpackAnswers(answers) }),
  };
}

/** What most hosts do not have is left out at the end and 0 before it. */
function trailing(rare: readonly unknown[]): readonly unknown[] {
  return rare.slice(0, rare.findLastIndex((one) => one !== 0) + 1);
}

/** `[[name, days, watch], …]`. */
function packChurn(churn: HostBaseline["churn"]): unknown {
  if (churn === undefined || churn.size === 0) return 0;
  return Array.from(churn, ([name, { days, at }]) => [name, days, at]);
}

function unpackChurn(value: unknown): Churn {
  const rows = list(value).map(list);
  return new Map(rows.map(([name, days, at]) => [text(name), { days: number(days), at: integer(at) }]));
}

/** `[history, 1 while it is flapping]`. */
function packAnswers({ history, flapping }: Results): readonly unknown[] {
  return [history, ...trailing([flapping === true ? 1 : 0])];
}

function unpackAnswers(value: unknown): Results {
  const [history, flapping] = list(value);
  return { history: integer(history), ...(isAbsent(flapping) ? {} : { flapping: true }) };
}

/** By transport and number: the same state gives the same order, whatever order it was learned in. */
function sortedPorts(host: HostBaseline): readonly PortBaseline[] {
  return [...host.ports.values()].sort((a, b) =>
    a.transport === b.transport ? a.number - b.number : a.transport < b.transport ? -1 : 1,
  );
}

function packPort(port: PortBaseline, pulse: HostPulse): readonly unknown[] {
  const { fingerprinted } = port;
  return [
    port.transport,
    port.number,
    port.reference === "open" ? 1 : 0,
    port.current === "open" ? 1 : 0,
    port.misses,
    packCount(port.opened, pulse.covered),
    [port.firstSeen.scan, port.firstSeen.at],
    packSeen(port.lastSeen, pulse.lastSeen),
    port.history === alwaysOpen(port.opened) ? -1 : port.history,
    fingerprinted === null ? null : packSeen(fingerprinted, pulse.lastSeen),
    fingerprinted?.identified === true ? 1 : 0,
    Array.from(port.fields, ([name, field]) => packField(name, field, port.opened)),
    ...trailing([
      port.flapping === true ? 1 : 0,
      port.since === undefined ? 0 : [port.since.scan, port.since.at],
      port.alerted === true ? 1 : 0,
    ]),
  ];
}

function unpackPort(value: unknown, reading: Reading): [PortKey, PortBaseline] {
  const c = list(value);
  try {
    const port = portOf(c, reading);
    return [portKey(port), port];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TypeError(`port ${String(c[0])}/${String(c[1])}: ${why}`, { cause: error });
  }
}

function portOf(c: readonly unknown[], { covered, lastSeen, share }: Reading): PortBaseline {
  const opened = unpackCount(c[5], covered);
  const history = integer(c[8]);
  return {
    transport: oneOf(c[0], transport.options),
    number: integer(c[1]),
    reference: integer(c[2]) === 1 ? "open" : "closed",
    current: integer(c[3]) === 1 ? "open" : "closed",
    misses: integer(c[4]),
    opened,
    firstSeen: unpackSeen(c[6], lastSeen),
    lastSeen: unpackSeen(c[7], lastSeen),
    history: history === -1 ? alwaysOpen(opened) : history,
    fingerprinted: c[9] === null ? null : { ...unpackSeen(c[9], lastSeen), identified: integer(c[10]) === 1 },
    fields: unpackFields<PortField>(c[11], { scans: opened, share }, isPortField),
    ...(isAbsent(c[12]) ? {} : { flapping: integer(c[12]) === 1 }),
    ...(isAbsent(c[13]) ? {} : { since: unpackMoment(c[13]) }),
    ...(isAbsent(c[14]) ? {} : { alerted: true }),
  };
}

/** The history of a port that was open in every scan so far. */
function alwaysOpen(opened: number): number {
  return 2 ** Math.min(opened, HISTORY_BITS) - 1;
}

/**
 * `[name, value, streak, observed, changes, current?, since?, values?, former?]`: the last four only as far as they are
 * needed, 0 for one that is skipped. `current` is there where it differs.
 */
function packField(name: string, field: FieldBaseline, scans: number): readonly unknown[] {
  const { value, current, changes, since, values, former } = field;
  const streak = packCount(field.streak, field.observed);
  const observed = packCount(field.observed, scans);
  const more = [
    current === value ? 0 : current,
    since === undefined ? 0 : [since.scan, since.at],
    values === undefined ? 0 : values.map((normal) => [normal.value, normal.seen, normal.last]),
    former ?? 0,
  ];
  return [name, value, streak, observed, changes, ...trailing(more)];
}

function unpackFields<F extends HostField | PortField>(
  rows: unknown,
  { scans, share }: { readonly scans: number; readonly share: Reading["share"] },
  isField: (name: string) => name is F,
): ReadonlyMap<F, FieldBaseline> {
  const fields = new Map<F, FieldBaseline>();
  for (const row of list(rows)) {
    const c = list(row);
    const name = text(c[0]);
    if (!isField(name)) throw new TypeError(`${name.slice(0, 40)} is not a field`);
    const value = share(text(c[1]));
    const observed = unpackCount(c[3], scans);
    const current = isAbsent(c[5]) ? value : share(text(c[5]));
    const counts = { streak: unpackCount(c[2], observed), observed, changes: integer(c[4]) };
    const since = isAbsent(c[6]) ? {} : { since: unpackMoment(c[6]) };
    const values = isAbsent(c[7]) ? {} : { values: list(c[7]).map((normal) => unpackNormal(normal, share)) };
    const former = isAbsent(c[8]) ? {} : { former: share(text(c[8])) };
    fields.set(name, { value, current, ...counts, ...since, ...values, ...former });
  }
  return fields;
}

function isAbsent(cell: unknown): boolean {
  return cell === undefined || cell === 0;
}

function unpackNormal(value: unknown, share: Reading["share"]): NormalValue {
  const c = list(value);
  return { value: share(text(c[0])), seen: integer(c[1]), last: integer(c[2]) };
}

function unpackEvidence(value: unknown): IdentityEvidence {
  const c = list(value);
  return { kind: oneOf(c[0], EVIDENCE_KINDS), value: text(c[1]), strong: integer(c[2]) === 1 };
}

/** `[[[transport, ports, open], …], misses, since?]`; ports in nmap's spelling. A host without a burst has no such entry. */
function packBurst({ ports, open, misses, since }: RememberedBurst): readonly unknown[] {
  const sets = Array.from(ports, ([name, set]) => [name, formatIntervals(set), formatIntervals(open.get(name) ?? [])]);
  return [sets, misses, ...(since === undefined ? [] : [[since.scan, since.at]])];
}

function unpackBurst(value: unknown): RememberedBurst {
  const [sets, misses, since] = list(value);
  const rows = list(sets).map(list);
  const burst = { ports: portSets(rows, 1), open: portSets(rows, 2), misses: integer(misses) };
  return isAbsent(since) ? burst : { ...burst, since: unpackMoment(since) };
}

function portSets(rows: readonly (readonly unknown[])[], column: number): RememberedBurst["ports"] {
  const sets = rows.map((row): [Transport, Intervals] => {
    const set = parseIntervals(text(row[column]));
    if (set === null) throw new TypeError(`${text(row[column]).slice(0, 40)} is not a set of ports`);
    return [oneOf(row[0], transport.options), set];
  });
  return new Map(sets.filter(([, set]) => set.length > 0));
}

/** 0: the moment in which the host was seen last. */
function packSeen(seen: Seen, last: Seen): 0 | readonly [number, number] {
  return seen.scan === last.scan && seen.at === last.at ? 0 : [seen.scan, seen.at];
}

function unpackSeen(value: unknown, last: Seen): Seen {
  return value === 0 ? last : unpackMoment(value);
}

function unpackMoment(value: unknown): Seen {
  const c = list(value);
  return { scan: integer(c[0]), at: integer(c[1]) };
}

/** What happened mostly grows with the whole: written as how often it did not, below zero to tell it from the rest. */
function packCount(count: number, whole: number): number {
  return count <= whole && count * 2 > whole ? count - whole - 1 : count;
}

function unpackCount(value: unknown, whole: number): number {
  const packed = integer(value);
  return packed < 0 ? whole + packed + 1 : packed;
}
