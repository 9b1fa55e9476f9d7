import type { FieldBaseline, HostBaseline, PortBaseline, Seen, SegmentBaseline } from "../domain/baseline.ts";
import type { CycleView, HostView } from "../domain/cycle.ts";
import { isRelearned, sameValue, severalValues } from "../domain/fields/compare.ts";
import type { HostField } from "../domain/fields/host.ts";
import { isDeviating, isNormal, withNormal } from "../domain/fields/normal.ts";
import type { PortField } from "../domain/fields/port.ts";
import { hostFieldValues, portFieldValues } from "../domain/fields/values.ts";
import { provesAbsence } from "../domain/nmap-run.ts";
import { portKey } from "../domain/network.ts";
import type { HostObservation, PortObservation } from "../domain/observation.ts";
import { hoursOf } from "../domain/presence.ts";
import type { HourClass } from "../domain/rhythm.ts";
import { acceptedEvidence } from "./accept.ts";
import { withSettled } from "./churn/count.ts";
import { addCoverage, portsMeasured } from "./coverage.ts";
import { learnHost } from "./learn-host.ts";

/** What scans of the past teach: the segment as it is known by now, and the hosts that only they have seen. */
export interface Taught {
  readonly baseline: SegmentBaseline;
  /** Ids of hosts that were not known before; scan by scan they are learned as they would have been then. */
  readonly fresh: ReadonlySet<string>;
}

/**
 * What one scan of the past showed becomes normal beside what is: values, open ports, hosts. Memory of what came after it
 * stays, and so does what is closed or gone by now, because its absence is no news. `counts`: the scan counts for the
 * maturity of the segment and of its hosts, which it did not when it was taken.
 */
export function teachScan({ baseline, fresh }: Taught, view: CycleView, counts: boolean): Taught {
  const hosts = new Map(baseline.hosts);
  const unknown = new Set(fresh);
  const hours = hoursOf(view.context);
  for (const host of view.hosts) {
    const known = hosts.get(host.id) ?? null;
    if (known === null) unknown.add(host.id);
    const taught = unknown.has(host.id)
      ? newcomer(view, { ...host, known }, hours)
      : taughtHost(known, { view, host, counts });
    if (taught === null || taught === known) continue;
    const after = { ...taught, evidence: acceptedEvidence({ ...baseline, hosts }, taught) };
    hosts.set(host.id, withSettled({ before: known, after, relearned: new Set(), firstAsked: true }, baseline));
  }
  return { baseline: { ...baseline, hosts, ...countsAfter(baseline, view, counts) }, fresh: unknown };
}

function countsAfter(
  { scans, startedAt }: SegmentBaseline,
  { summary, context }: CycleView,
  counts: boolean,
): Pick<SegmentBaseline, "scans" | "startedAt"> {
  if (!counts || !provesAbsence(summary) || summary.narrowed) return { scans, startedAt };
  return { scans: scans + 1, startedAt: Math.min(startedAt ?? context.startedAt, context.startedAt) };
}

function newcomer(view: CycleView, host: HostView, hours: HourClass): HostBaseline {
  return { ...learnHost(view, host, { hours }), reference: "known" };
}

interface Lesson {
  readonly view: CycleView;
  readonly host: HostView;
  readonly counts: boolean;
}

function taughtHost(known: HostBaseline | null, { view, host, counts }: Lesson): HostBaseline | null {
  if (known === null || (known.current === "gone" && known.reference === "new")) return known;
  const { observation } = host;
  const seen = { scan: view.context.scanNumber, at: observation.observedAt };
  const comparable = <K extends PortField | HostField>(values: ReadonlyMap<K, string>) =>
    new Map([...values].filter(([field]) => !isRelearned(field, view.relearned)));
  const fields = taughtFields(known.fields, comparable(hostFieldValues(observation)), seen.at);
  const ports = taughtPorts(known, observation, { seen, values: (port) => comparable(portFieldValues(port)) });
  const counted = counts && portsMeasured(observation);
  const isSame = fields === known.fields && ports === known.ports && known.reference === "known";
  if (isSame && !counted) return known;
  const measured = addCoverage(known.coverage, observation.coverage, seen.scan);
  return {
    ...known,
    reference: "known",
    fields,
    ports,
    ...(counted ? { covered: known.covered + 1, firstSeen: earlier(known.firstSeen, seen), coverage: measured } : {}),
  };
}

function earlier(one: Seen, other: Seen): Seen {
  return one.at <= other.at ? one : other;
}

interface PortTeaching {
  readonly seen: Seen;
  /** What was measured as it is now. */
  readonly values: (port: PortObservation) => ReadonlyMap<PortField, string>;
}

function taughtPorts(
  { ports: known }: HostBaseline,
  { ports: observed }: HostObservation,
  look: PortTeaching,
): HostBaseline["ports"] {
  const ports = new Map(known);
  for (const port of observed.filter(({ state }) => state === "open")) {
    const before = known.get(portKey(port));
    const after = before === undefined ? openedPort(port, look) : taughtPort(before, port, look);
    if (after !== before) ports.set(portKey(port), after);
  }
  return [...ports].some(([key, port]) => known.get(key) !== port) ? ports : known;
}

function openedPort(port: PortObservation, { seen, values }: PortTeaching): PortBaseline {
  return {
    transport: port.transport,
    number: port.number,
    reference: "open",
    current: "open",
    misses: 0,
    opened: 1,
    firstSeen: seen,
    lastSeen: seen,
    history: 1,
    fields: taughtFields(new Map(), values(port), seen.at),
    fingerprinted: null,
  };
}

function taughtPort(known: PortBaseline, observed: PortObservation, { seen, values }: PortTeaching): PortBaseline {
  if (known.reference === "closed" && known.current === "closed") return known;
  const fields = taughtFields(known.fields, values(observed), seen.at);
  if (fields === known.fields && known.reference === "open") return known;
  const { since: _, alerted: __, ...port } = known;
  return { ...port, reference: "open", fields };
}

function taughtFields<K extends PortField | HostField>(
  known: ReadonlyMap<K, FieldBaseline>,
  observed: ReadonlyMap<K, string>,
  at: number,
): ReadonlyMap<K, FieldBaseline> {
  const news = [...observed].flatMap(([name, value]): [K, FieldBaseline][] => {
    const before = known.get(name);
    const after = before === undefined ? firstValue(value) : taughtField(name, before, { value, at });
    return after === before ? [] : [[name, after]];
  });
  return news.length === 0 ? known : new Map([...known, ...news]);
}

function firstValue(value: string): FieldBaseline {
  return { value, current: value, streak: 1, observed: 1, changes: 0 };
}

/** Where only one value can be normal, one that was replaced since does not come back. */
function taughtField(
  name: PortField | HostField,
  known: FieldBaseline,
  { value, at }: { readonly value: string; readonly at: number },
): FieldBaseline {
  if (isNormal(name, known, value)) return known;
  const { several, retires } = severalValues(name);
  const isPresent = sameValue(name, known.current, value);
  if ((!several || retires) && !isPresent) return known;
  const { value: _, values: __, since, ...counts } = known;
  const normal = retires ? { value } : withNormal(name, known, { value, at });
  const after = { ...counts, ...normal };
  return since !== undefined && isDeviating(name, after) ? { ...after, since } : after;
}
