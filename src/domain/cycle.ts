import type { HostBaseline, MaturityRule, SegmentBaseline } from "./baseline.ts";
import type { EvidenceKind } from "./evidence.ts";
import type { FieldFamily } from "./fields/row.ts";
import type { Completeness, RunProblem } from "./nmap-run.ts";
import type { HostObservation } from "./observation.ts";
import type { RefreshRule } from "./refresh.ts";
import type { HostRole } from "./role.ts";
import type { SafeOccasion } from "./safe-period.ts";
import type { Profile } from "./scan-plan.ts";

/** The agent's fixed place, as events name it. */
export interface Vantage {
  readonly name: string;
  readonly segment: string;
  /** Unknown hosts in a closed segment are rogue. */
  readonly closed: boolean;
  readonly hostname: string | null;
  /** The address scans come from, where one is known. */
  readonly sourceAddress: string | null;
  readonly mac: string | null;
  readonly privilege: "single" | "split" | "connect";
}

/** Everything a cycle needs that a pure function must not make itself. */
export interface CycleContext {
  readonly cycleId: string;
  readonly installId: string;
  readonly profile: Profile;
  readonly vantage: Vantage;
  /** Namespace of the data streams. */
  readonly namespace: string;
  /** Number of this scan of the segment, from 1; windows count it. */
  readonly scanNumber: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Commit time in the events (`event.created`); recorded XML: the file's finish time. */
  readonly committedAt: number;
  readonly agentVersion: string;
  readonly maturity: MaturityRule;
  /** Score from which a notable anomaly is sent as `event.kind: alert`. */
  readonly alertAt: number;
  readonly labels: ReadonlyMap<string, string>;
  readonly tags: readonly string[];
  /** Public URL of the agent's page, for `event.url`; null = leaf absent. */
  readonly publicUrl: string | null;
  /** Where the files of the repository can be read, for `event.reference`; null = their paths alone. */
  readonly docsBase: string | null;
  readonly recorded: boolean;
  /** What the operator says a host is for, by address; null or absent: it is inferred. */
  readonly roles?: (address: string) => HostRole | null;
  /** How long something must last to become normal by itself, or be away to be forgotten; absent: 30 days. */
  readonly forgetAfterMs?: number;
  /** How often an unchanged state is reported again; absent: hosts daily, services monthly. */
  readonly refresh?: RefreshRule;
  /** IANA name of the zone whose working days the hosts keep; absent: UTC. */
  readonly zone?: string;
  /** Absent: no safe periods are configured, and every cycle teaches. */
  readonly safe?: SafeOccasion;
}

/** What identity resolution found out about one observed address. */
export interface IdentityMatch {
  readonly hostId: string;
  /** Null for a host never seen before. */
  readonly matchedBy: EvidenceKind | null;
  /** Every strong piece of evidence at this address was replaced: another machine. */
  readonly replaced: boolean;
  /** The evidence this observation shows, unique in this scan. */
  readonly evidence: HostBaseline["evidence"];
}

/** One host as the detectors see it: memory beside observation. */
export interface HostView {
  readonly id: string;
  readonly known: HostBaseline | null;
  readonly observation: HostObservation;
  readonly identity: IdentityMatch;
  /** An unknown host in a network that no scan covered before: it need not be new. */
  readonly firstAsked?: boolean;
}

/** A known host that did not show in this cycle. */
export interface AbsentHost {
  readonly known: HostBaseline;
  /** down: asked in a complete run, silent. unmeasured: nothing may be concluded. */
  readonly answer: "down" | "unmeasured";
  /** True: it was asked and silent in hours in which it is not expected. That is no absence, but it is its rhythm. */
  readonly asleep?: boolean;
  /** True: it was asked and silent, but the vantage cannot be trusted. */
  readonly silent?: boolean;
}

export type VantageProblem =
  | "hosts-vanished"
  | "source-address-changed"
  | "gateway-changed"
  | "names-vanished"
  | "ports-silent"
  | "path-intercepted"
  | "answers-slow"
  | "control-failed"
  | "link-down";

/** Whether absence counts, and whether this cycle may be learned from. */
export interface VantageVerdict {
  readonly state: "ok" | "degraded";
  readonly problems: readonly VantageProblem[];
  /** One sentence with the numbers; null when ok. */
  readonly reason: string | null;
  /** Controls that could not exist here, for the operator. */
  readonly notApplicable: readonly string[];
}

/** What is remembered of the vantage beside its address, to be compared in the next cycle; null = not measured. */
export interface VantageMeasures {
  readonly gatewayMac: string | null;
  /** Median round trip of the hosts that are up. */
  readonly srttMicros: number | null;
}

/** The cycle as a whole, after all its runs were judged. */
export interface ScanSummary {
  readonly completeness: Completeness;
  readonly problems: readonly RunProblem[];
  readonly reason: string | null;
  readonly method: "syn" | "connect" | "udp";
  readonly nmapVersion: string | null;
  /** Share of planned hosts that were completely measured, 0–1. */
  readonly coverage: number;
  readonly hosts: {
    readonly planned: number;
    readonly up: number;
    readonly partial: number;
    readonly unmeasured: number;
  };
  readonly ports: { readonly probed: number; readonly open: number };
  readonly scriptErrors: readonly string[];
  readonly comparability: ReadonlyMap<FieldFamily, string>;
  readonly raw: { readonly ref: string; readonly sha256: string | null; readonly bytes: number } | null;
  /** Hosts of a recorded file that are outside the configured targets: dropped and counted. */
  readonly outOfScope: number;
  /** Only a part of the scope was asked, on purpose: it is not a scan of the segment, whatever it found. */
  readonly narrowed: boolean;
}

/** All that the pure core works on in one cycle. Never changed. */
export interface CycleView {
  readonly context: CycleContext;
  readonly baseline: SegmentBaseline;
  readonly summary: ScanSummary;
  readonly vantage: VantageVerdict;
  readonly measured: VantageMeasures;
  readonly hosts: readonly HostView[];
  readonly absent: readonly AbsentHost[];
  /** Families whose comparability key changed: relearned, not compared, in this cycle. */
  readonly relearned: ReadonlySet<FieldFamily>;
  /** Segment maturity: for presence and identity kinds. */
  readonly mature: boolean;
  /** What scans of this segment asked up to and with this one, as it is remembered; absent when unknown. */
  readonly asked?: readonly string[];
}
