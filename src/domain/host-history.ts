import { sameValue } from "./fields/compare.ts";
import type { HostField } from "./fields/host.ts";
import type { PortField } from "./fields/port.ts";
import type { FieldFamily } from "./fields/row.ts";
import { parsePortKey, type PortKey, type PortRef, portText } from "./network.ts";
import type { HostObservation } from "./observation.ts";
import {
  type Compared,
  HOST_COMPARED,
  measuredShut,
  openPorts,
  PORT_COMPARED,
  type SeenByScan,
  upIn,
} from "./seen-by-scan.ts";

/** A value that held over scans in a row, those that did not measure it left out. */
export interface Span<At> {
  /** As people write it; null: it is about the host. */
  readonly port: string | null;
  /** `state` of a host is `up` or `gone`, of a port `open` or `closed`; values of fields are canonical. */
  readonly field: "state" | HostField | PortField;
  readonly value: string;
  /** The first scan that saw it, and the last one. */
  readonly from: At;
  readonly seen: At;
  /** The scan that saw otherwise; null: it still holds. */
  readonly until: At | null;
  /** How many scans saw it. */
  readonly scans: number;
  /** False: the scan that saw it first measured in another way than the one before, so the host may not have changed. */
  readonly comparable: boolean;
}

export interface HostHistory<At> {
  /** What the next scan saw, the oldest first. */
  add(at: At, seen: SeenByScan): void;
  /** The host before its ports; of each its state, then its fields, every one in order of time. */
  spans(): readonly Span<At>[];
}

type Key = `${PortKey | "host"} ${string}`;

interface Book<At> {
  readonly present: Map<Key, Span<At>>;
  readonly past: Span<At>[];
}

/** What was true of one address, and since when. Absence ends a value only where it was measured. */
export function hostHistory<At>(address: string): HostHistory<At> {
  const book: Book<At> = { present: new Map(), past: [] };
  let measured: ReadonlyMap<FieldFamily, string> = new Map();
  return {
    add: (at, seen) => {
      const host = upIn(seen, address);
      if (host !== null) addHost(book, host, { at, before: measured, now: seen.comparability });
      else if (seen.asked(address)) addAbsence(book, at);
      measured = new Map([...measured, ...seen.comparability]);
    },
    spans: () => [...book.past, ...book.present.values()].toSorted(byPlace),
  };
}

interface Look<At> {
  readonly at: At;
  /** How families of fields were measured before, and how now. */
  readonly before: ReadonlyMap<FieldFamily, string>;
  readonly now: ReadonlyMap<FieldFamily, string>;
}

function addHost<At>(book: Book<At>, host: HostObservation, look: Look<At>): void {
  const { at } = look;
  hold(book, { port: null, field: "state", value: "up", at });
  addFields(book, null, { seen: host, compared: HOST_COMPARED, look });
  const open = openPorts(host);
  for (const [key, port] of open) {
    hold(book, { port: key, field: "state", value: "open", at });
    addFields(book, key, { seen: port, compared: PORT_COMPARED, look });
  }
  for (const [key, port] of knownPorts(book)) {
    if (open.has(key) || !measuredShut(host, port)) continue;
    end(book, at, (one) => one.startsWith(`${key} `) && one !== `${key} state`);
    hold(book, { port: key, field: "state", value: "closed", at });
  }
}

/** A host that nobody knew cannot be gone. */
function addAbsence<At>(book: Book<At>, at: At): void {
  if (book.present.size === 0) return;
  end(book, at, (key) => key !== "host state");
  hold(book, { port: null, field: "state", value: "gone", at });
}

function knownPorts<At>(book: Book<At>): readonly (readonly [PortKey, PortRef])[] {
  return [...book.present.keys()].flatMap((key) => {
    const [place = "", field] = key.split(" ");
    const port = field === "state" ? parsePortKey(place) : null;
    return port === null ? [] : [[`${port.transport}/${port.number}` as const, port] as const];
  });
}

interface Fields<At, Seen, F extends HostField | PortField> {
  readonly seen: Seen;
  readonly compared: Compared<Seen, F>;
  readonly look: Look<At>;
}

/** Nothing seen is not a value that went away. */
function addFields<At, Seen, F extends HostField | PortField>(
  book: Book<At>,
  port: PortKey | null,
  { seen, compared: { fields, rows }, look: { at, before, now } }: Fields<At, Seen, F>,
): void {
  for (const field of fields) {
    const { family, read } = rows[field];
    const value = read(seen);
    if (value === null) continue;
    const comparable = family === null || isMeasuredAlike(family, before, now);
    hold(book, { port, field, value, at, comparable });
  }
}

function isMeasuredAlike(family: FieldFamily, before: Look<unknown>["before"], now: Look<unknown>["now"]): boolean {
  const [was, is] = [before.get(family), now.get(family)];
  return was === undefined || is === undefined || was === is;
}

interface Holding<At> extends Pick<Span<At>, "field" | "value"> {
  readonly port: PortKey | null;
  readonly at: At;
  readonly comparable?: boolean;
}

function hold<At>({ present, past }: Book<At>, { port, field, value, at, comparable = true }: Holding<At>): void {
  const key: Key = `${port ?? "host"} ${field}`;
  const known = present.get(key);
  if (known !== undefined && isSame(field, known.value, value)) {
    present.set(key, { ...known, seen: at, scans: known.scans + 1 });
    return;
  }
  if (known !== undefined) past.push({ ...known, until: at });
  const ref = port === null ? null : parsePortKey(port);
  const place = ref === null ? null : portText(ref);
  const isNew = known === undefined;
  const span = { field, value, from: at, seen: at, until: null, scans: 1, comparable: comparable || isNew };
  present.set(key, { port: place, ...span });
}

function isSame(field: Span<unknown>["field"], a: string, b: string): boolean {
  return field === "state" ? a === b : sameValue(field, a, b);
}

function end<At>({ present, past }: Book<At>, at: At, isMeant: (key: Key) => boolean): void {
  for (const [key, span] of present) {
    if (!isMeant(key)) continue;
    present.delete(key);
    past.push({ ...span, until: at });
  }
}

const FIELD_ORDER: readonly Span<unknown>["field"][] = ["state", ...HOST_COMPARED.fields, ...PORT_COMPARED.fields];

/** Spans of one field are in the order in which they began already: sorting is stable, and past ones come first. */
function byPlace(a: Span<unknown>, b: Span<unknown>): number {
  const byPort = numberOf(a) - numberOf(b) || (a.port ?? "").localeCompare(b.port ?? "", "en");
  return byPort || FIELD_ORDER.indexOf(a.field) - FIELD_ORDER.indexOf(b.field);
}

function numberOf({ port }: Span<unknown>): number {
  return port === null ? -1 : Number(port.split("/")[0]);
}
