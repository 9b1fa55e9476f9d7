import type { FieldBaseline, HostBaseline, PortBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import { normalValues } from "../../domain/fields/normal.ts";
import {
  type KnownFields,
  type KnownGood,
  type KnownHost,
  type KnownPort,
  MOST_DAYS,
  MOST_SCANS,
} from "../../domain/known-good.ts";
import { portKey, TRANSPORTS } from "../../domain/network.ts";
import { HOUR_CLASSES, type Rhythm } from "../../domain/rhythm.ts";
import { union } from "../../lib/intervals.ts";
import { compareAddresses } from "../../lib/ip.ts";
import { compareText, evidenceKey, referenceEvidence } from "../identity/evidence.ts";

const DAY_MS = 86_400_000;
/** With fewer looks than this, a share is mere chance. */
const FEWEST_LOOKS = 4;

/** What is normal, sorted: the same state gives the same result. Without `wanted`: of the whole segment. */
export function knownGood(baseline: SegmentBaseline, wanted: ((host: KnownHost) => boolean) | null = null): KnownGood {
  const { segment, scans, watchedMs, vantage } = baseline;
  const learned = { scans: atMost(scans, MOST_SCANS), days: daysOf(watchedMs), networks: vantage.asked ?? null };
  return {
    segment,
    learned: wanted === null ? learned : null,
    measured: new Map(
      [...baseline.comparability].filter(([family]) => family !== "presence").toSorted(([a], [b]) => compareText(a, b)),
    ),
    hosts: oneAtEachAddress([...baseline.hosts.values()])
      .map(knownHost)
      .filter((host) => wanted?.(host) !== false)
      .toSorted((a, b) => compareAddresses(a.address, b.address)),
  };
}

/** Where it normally is; a move that nobody accepted is a deviation. */
function normalAddress(host: HostBaseline): string {
  return host.fields.get("ip")?.value ?? host.address;
}

/** Addresses are reused: of several known hosts that had one, it belongs to the host seen last. */
function oneAtEachAddress(hosts: readonly HostBaseline[]): readonly HostBaseline[] {
  const last = hosts
    .filter((host) => host.reference === "known")
    .toSorted((a, b) => a.lastSeen.scan - b.lastSeen.scan || a.lastSeen.at - b.lastSeen.at || compareText(b.id, a.id));
  return [...new Map(last.map((host) => [normalAddress(host), host])).values()];
}

function knownHost(host: HostBaseline): KnownHost {
  const open = [...host.ports.values()].filter((port) => port.reference === "open").toSorted(byPort);
  const shown = { ...host, ports: new Map(open.map((port) => [portKey(port), port])) };
  const normal = new Set(referenceEvidence(shown).map(evidenceKey));
  return {
    address: normalAddress(host),
    id: host.id,
    evidence: host.evidence.filter((one) => one.kind !== "address" && normal.has(evidenceKey(one))),
    scans: atMost(host.covered, MOST_SCANS),
    days: daysOf(host.lastSeen.at - host.firstSeen.at),
    looked: lookedAt(host),
    answers: answersOf(host.rhythm ?? {}),
    fields: fieldsOf(new Map([...host.fields].filter(([name]) => name !== "ip"))),
    ports: new Map(open.map((port) => [portKey(port), knownPort(port)])),
  };
}

function knownPort(port: PortBaseline): KnownPort {
  const { transport, number, opened, flapping = false, fields } = port;
  return {
    transport,
    number,
    scans: atMost(Math.max(1, opened), MOST_SCANS),
    flaps: flapping,
    fields: fieldsOf(fields),
  };
}

function fieldsOf<F extends string>(fields: ReadonlyMap<F, FieldBaseline>): KnownFields<F> {
  const rows = [...fields].map(([name, field]) => [name, normalValues(field).toSorted()] as const);
  return new Map(rows.toSorted(([a], [b]) => compareText(a, b)));
}

function lookedAt({ coverage }: HostBaseline): KnownHost["looked"] {
  const sets = TRANSPORTS.map((transport) => {
    const its = coverage.filter((set) => set.phase === "ports" && set.transport === transport);
    return [transport, union(...its.map((set) => set.ports))] as const;
  });
  return new Map(sets.filter(([, ports]) => ports.length > 0));
}

function answersOf(rhythm: Rhythm): KnownHost["answers"] {
  const shares = HOUR_CLASSES.flatMap((hours) => {
    const share = rhythm[hours];
    if (share === undefined || share.asked < FEWEST_LOOKS) return [];
    return [[hours, Math.round((10 * share.up) / share.asked)] as const];
  });
  return Object.fromEntries(shares);
}

function byPort(a: PortBaseline, b: PortBaseline): number {
  return compareText(a.transport, b.transport) || a.number - b.number;
}

function daysOf(ms: number): number {
  return atMost(Math.floor(Math.max(0, ms) / DAY_MS), MOST_DAYS);
}

function atMost(count: number, most: number): number {
  return Math.min(count, most);
}
