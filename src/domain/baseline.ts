import type { Intervals } from "../lib/intervals.ts";
import type { Churn } from "./churn.ts";
import type { IdentityEvidence } from "./evidence.ts";
import type { HostField } from "./fields/host.ts";
import type { PortField } from "./fields/port.ts";
import type { FieldFamily } from "./fields/row.ts";
import type { PortKey, PortRef, Transport } from "./network.ts";
import type { Rhythm } from "./rhythm.ts";
import type { RunPhase } from "./scan-plan.ts";

/** A moment, counted both ways: windows count scans, people read times. */
export interface Seen {
  readonly scan: number;
  readonly at: number;
}

/** One of several values that are normal for a field. */
export interface NormalValue {
  readonly value: string;
  /** Sightings, without those of the run that is under way. */
  readonly seen: number;
  /** UTC ms when another value came after it; for the value seen last, when it came. */
  readonly last: number;
}

/** Memory of one field: what is normal changes only by learning, accept, declaration or ageing. */
export interface FieldBaseline {
  /** What is normal; of several normal values the one seen last. */
  readonly value: string;
  /** All that are normal, where it is more than one: {@link value} is the first of them. */
  readonly values?: readonly NormalValue[];
  /** The last comparable value seen; equal to `value` while nothing deviates. */
  readonly current: string;
  /** Comparable sightings of `current` in a row. */
  readonly streak: number;
  /** Comparable sightings in all. */
  readonly observed: number;
  /** How often `current` changed to a value that was not normal. */
  readonly changes: number;
  /** What was normal until another value was accepted in its place; accepted again, both are. */
  readonly former?: string;
  /** Since when `current` is not normal; absent while nothing deviates, and in what older versions stored. */
  readonly since?: Seen;
}

/** Results of scans that are remembered one by one, for flapping. */
export const HISTORY_BITS = 21;

/** Results of looks, one bit each, the newest lowest, and whether they came to be called flapping. */
export interface Results {
  readonly history: number;
  readonly flapping?: boolean;
}

export interface PortBaseline extends PortRef {
  /** What is normal. A port seen open only after maturity keeps `closed` until it is accepted. */
  readonly reference: "open" | "closed";
  /** The settled state: follows an opening at once, a closing after the sightings of `settlePort`. */
  readonly current: "open" | "closed";
  /** Covered sightings in a row that were not open. */
  readonly misses: number;
  /** How often it was seen open. */
  readonly opened: number;
  readonly firstSeen: Seen;
  readonly lastSeen: Seen;
  /** Results of the last scans, newest in the lowest bit (1 = open), at most {@link HISTORY_BITS}. */
  readonly history: number;
  /** Its state changes too often to be told at each change; absent while it is steady. */
  readonly flapping?: boolean;
  readonly fields: ReadonlyMap<PortField, FieldBaseline>;
  /** Since when it is open although that is not normal; absent while it is not, and in what older versions stored. */
  readonly since?: Seen;
  /** Its last opening was an alert, and nobody accepted it: that it closed again makes the next one no less rare. */
  readonly alerted?: true;
  /** When version detection last ran on it, and whether it identified anything. */
  readonly fingerprinted: (Seen & { readonly identified: boolean }) | null;
}

/** Whether it was closed for two looks or more, and open before and after that, within the looks that are remembered. */
export function hadPause({ history }: Pick<PortBaseline, "history">): boolean {
  return /10{2,}1/.test(history.toString(2));
}

/** How often a set of ports of one host was really measured. covered(port) = sum over the sets that contain it. */
export interface HostCoverage {
  readonly transport: Transport;
  readonly phase: RunPhase;
  readonly ports: Intervals;
  readonly scans: number;
  readonly first: number;
  readonly last: number;
}

export type PortSets = ReadonlyMap<Transport, Intervals>;

/** Ports that opened together, as they are remembered. */
export interface RememberedBurst {
  /** All it ever had, so that a port which comes and goes is not reported again. */
  readonly ports: PortSets;
  /** What was open in the last scan. */
  readonly open: PortSets;
  /** Covered scans in a row in which none of them was open. */
  readonly misses: number;
  /** When the last ports joined in numbers; absent while all are normal, and in what older versions stored. */
  readonly since?: Seen;
}

export interface HostBaseline {
  /** `host.id`: hash(segment, first evidence, earlier owners of that evidence); never changes. */
  readonly id: string;
  /** The evidence that is normal for this host. */
  readonly evidence: readonly IdentityEvidence[];
  readonly address: string;
  /** `new` while its appearance has not been learned or accepted. */
  readonly reference: "known" | "new";
  readonly current: "up" | "gone";
  /** Covered scans in a row in which it did not answer. */
  readonly misses: number;
  /** Scans in which its ports were completely measured. */
  readonly covered: number;
  readonly firstSeen: Seen;
  readonly lastSeen: Seen;
  /** UTC ms when its operating system was last asked for, whatever came of it; null = never. */
  readonly osAskedAt: number | null;
  readonly fields: ReadonlyMap<HostField, FieldBaseline>;
  readonly ports: ReadonlyMap<PortKey, PortBaseline>;
  readonly coverage: readonly HostCoverage[];
  /** Ports that opened together and are not learned; absent when there are none. */
  readonly burst?: RememberedBurst;
  /** When it answers; absent: not learned yet. */
  readonly rhythm?: Rhythm;
  /** Whether it answered when it was expected to, in the last scans that prove absence; absent: always. */
  readonly answers?: Results;
  /** How often what happened on it; absent while nothing did. */
  readonly churn?: Churn;
}

/** Everything that is normal in one segment, seen from one vantage. */
export interface SegmentBaseline {
  readonly segment: string;
  /** Complete, not degraded scans that were learned from. */
  readonly scans: number;
  readonly startedAt: number | null;
  readonly lastScanAt: number | null;
  /** How long this segment was watched: the time between its scans, of a longer pause one day. */
  readonly watchedMs: number;
  readonly comparability: ReadonlyMap<FieldFamily, string>;
  readonly vantage: {
    readonly state: "ok" | "degraded";
    readonly sourceAddress: string | null;
    /** Of the way to the targets, where they are behind a gateway whose address is seen. */
    readonly gatewayMac: string | null;
    /** Median round trip of the hosts, slowly following. */
    readonly srttMicros: number | null;
    /** Cycles in a row that were degraded for no other reason than that the vantage had moved. */
    readonly cycles: number;
    /** The last scan that was not believed met a middlebox that answers for everybody; absent when unknown. */
    readonly intercepted?: boolean;
    /** Scans in a row that were not believed, whatever the reason; absent: the last one was. */
    readonly doubted?: number;
    /** Networks (and names) that were asked so far, in the words of nmap or of the configuration; absent when unknown. */
    readonly asked?: readonly string[];
  };
  readonly hosts: ReadonlyMap<string, HostBaseline>;
  /** Recorded periods that an operator made safe, UTC ms: their scans count once. Absent: there are none. */
  readonly marked?: readonly { readonly from: number; readonly until: number }[];
}

export function emptyBaseline(segment: string): SegmentBaseline {
  return {
    segment,
    scans: 0,
    startedAt: null,
    lastScanAt: null,
    watchedMs: 0,
    comparability: new Map(),
    vantage: { state: "ok", sourceAddress: null, gatewayMac: null, srttMicros: null, cycles: 0 },
    hosts: new Map(),
  };
}

/** How much must be learned before a change is an anomaly. */
export interface MaturityRule {
  readonly scans: number;
  readonly atLeastMs: number;
}
