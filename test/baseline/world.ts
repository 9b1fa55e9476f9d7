import { emptyBaseline } from "../../src/domain/baseline.ts";
import type { SegmentBaseline } from "../../src/domain/baseline.ts";
import type { Certificate } from "../../src/domain/certificate.ts";
import { CAPS, cleanText } from "../../src/domain/clean-text.ts";
import type { CleanText } from "../../src/domain/clean-text.ts";
import type { CycleContext, CycleView, ScanSummary, Vantage, VantageVerdict } from "../../src/domain/cycle.ts";
import type { Deviation } from "../../src/domain/deviation.ts";
import type { HostObservation, OsObservation, PortObservation } from "../../src/domain/observation.ts";
import { learn } from "../../src/baseline/learn.ts";
import type { Lesson } from "../../src/baseline/learn.ts";
import { identifyHosts } from "../../src/baseline/identity/identify.ts";
import { buildView } from "../../src/baseline/view.ts";
import { detect, type Declared } from "../../src/detect/registry.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 1);

function text(value: string): CleanText {
  return cleanText(value, { maxBytes: CAPS.banner });
}

export interface PortLike {
  readonly number: number;
  readonly transport?: "tcp" | "udp";
  readonly state?: PortObservation["state"];
  readonly service?: string;
  readonly product?: string;
  readonly version?: string;
  readonly extra?: string;
  readonly tunnel?: "ssl";
  readonly method?: "probed" | "table";
  readonly confidence?: number;
  readonly banner?: string;
  readonly ssh?: string;
  readonly title?: string;
  readonly tls?: string;
  readonly certificate?: Certificate;
  readonly ttl?: number;
  readonly verified?: boolean;
}

/** A TCP port that is open, unless the fields say otherwise. */
function port(like: PortLike): PortObservation {
  const state = like.state ?? "open";
  return {
    transport: like.transport ?? "tcp",
    number: like.number,
    state,
    reason: state === "open" ? "syn-ack" : state === "closed" ? "reset" : "no-response",
    reasonTtl: like.ttl ?? 64,
    service: serviceOf(like),
    identity: {
      values: {
        ...(like.ssh === undefined ? {} : { ssh: like.ssh }),
        ...(like.tls === undefined ? {} : { tls: like.tls }),
        ...(like.banner === undefined ? {} : { banner: text(like.banner) }),
        ...(like.title === undefined ? {} : { http_title: text(like.title) }),
      },
      certificate: like.certificate === undefined ? {} : { content: like.certificate },
    },
    scripts: [],
    verified: like.verified ?? false,
  };
}

function serviceOf(like: PortLike): PortObservation["service"] {
  if (like.service === undefined) return null;
  return {
    name: text(like.service),
    product: like.product === undefined ? null : text(like.product),
    version: like.version === undefined ? null : text(like.version),
    extraInfo: like.extra === undefined ? null : text(like.extra),
    tunnel: like.tunnel ?? null,
    method: like.method ?? "probed",
    confidence: like.confidence ?? 10,
    cpe: [],
  };
}

export function os(families: readonly string[], good = true): OsObservation {
  const matches = families.map((family) => ({
    name: text(`${family} 5`),
    accuracy: 98,
    family: text(family),
    vendor: null,
    type: null,
  }));
  return { matches, families, goodConditions: good, stack: new Map() };
}

export interface HostLike extends Partial<Omit<HostObservation, "address" | "names" | "ports" | "coverage">> {
  readonly address: string;
  readonly name?: string;
  readonly ports?: readonly PortLike[];
  /** Covered TCP ports; null = nothing was completely measured. */
  readonly covered?: readonly (readonly [number, number])[] | null;
}

/** A host that is up and whose TCP ports 1–49151 were completely measured, the silent ones closed. */
export function host(like: HostLike): HostObservation {
  const { name, ports, covered, ...rest } = like;
  return {
    state: "up",
    stateReason: "arp-response",
    mac: null,
    macVendor: null,
    names: name === undefined ? [] : [text(name)],
    observedAt: START,
    coverage: covered === null ? [] : [{ transport: "tcp", phase: "ports", ports: covered ?? [[1, 49_151]] }],
    ports: (ports ?? []).map(port),
    otherStates: [{ state: "closed", count: 990, transport: "tcp" }],
    os: null,
    distance: 1,
    srttMicros: 300,
    problems: [],
    allPortsOpen: null,
    truncated: [],
    ...rest,
  };
}

export interface CycleOptions {
  readonly summary?: Partial<ScanSummary>;
  readonly vantage?: Partial<VantageVerdict>;
  readonly context?: Partial<CycleContext>;
  /** Default: every address the memory knows was asked. */
  readonly asked?: readonly string[];
  readonly declared?: readonly Deviation[];
  /** By host id: open ports that are as declared. */
  readonly expected?: Declared["expected"];
  readonly measured?: Partial<CycleView["measured"]>;
}

export interface Cycle {
  readonly view: CycleView;
  readonly deviations: readonly Deviation[];
  readonly lesson: Lesson;
}

export const VANTAGE: Vantage = {
  name: "vp",
  segment: "lab",
  closed: false,
  hostname: null,
  sourceAddress: "10.0.0.1",
  mac: null,
  privilege: "single",
};

/** One cycle of the pure core; the clock moves six hours per scan. */
export function cycle(
  baseline: SegmentBaseline,
  observations: readonly HostObservation[],
  options: CycleOptions = {},
): Cycle {
  const scanNumber = options.context?.scanNumber ?? nextScan(baseline);
  const at = START + scanNumber * 6 * HOUR;
  const view = buildView({
    context: contextAt(at, scanNumber, options.context),
    baseline,
    summary: { ...summaryOf(observations), ...options.summary },
    vantage: { state: "ok", problems: [], reason: null, notApplicable: [], ...options.vantage },
    measured: { gatewayMac: null, srttMicros: null, ...options.measured },
    identified: identifyHosts(
      baseline,
      observations.map((o) => ({ ...o, observedAt: at })),
      { segment: baseline.segment, silence: options.vantage?.state === "degraded" ? "nothing" : "closed" },
    ),
    askedAddresses: new Set(options.asked ?? [...baseline.hosts.values()].map((h) => h.address)),
  });
  return {
    view,
    deviations: detect(view, { deviations: options.declared ?? [], expected: options.expected ?? new Map() }),
    lesson: learn(view),
  };
}

/** Repeats the same scan until segment and hosts are mature (20 scans, 3 days). */
export function learned(observations: readonly HostObservation[], scans = 20): SegmentBaseline {
  let baseline = emptyBaseline("lab");
  for (let i = 0; i < scans; i++) baseline = cycle(baseline, observations).lesson.baseline;
  return baseline;
}

/** Cycles one after the other, each learning from the previous; the last one is what one looks at. */
export function series(baseline: SegmentBaseline, scans: readonly (readonly HostObservation[])[]): readonly Cycle[] {
  const cycles: Cycle[] = [];
  for (const scan of scans) cycles.push(cycle(cycles.at(-1)?.lesson.baseline ?? baseline, scan));
  return cycles;
}

export function mac(n: number): string {
  const hex = n.toString(16).padStart(6, "0").toUpperCase();
  return `00-50-56-${hex.slice(0, 2)}-${hex.slice(2, 4)}-${hex.slice(4, 6)}`;
}

/** `port-opened 10.0.0.7 tcp/4444`: what happened, where. */
export function told(deviations: readonly Deviation[]): readonly string[] {
  return deviations.map((d) => `${d.kind} ${d.host?.address} ${d.subject}`).toSorted();
}

/** Any write to what a pure function was given throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map || value instanceof Set) {
    const refuse = () => {
      throw new Error("an input was changed");
    };
    const parts = value instanceof Map ? [...value.keys(), ...value.values()] : [...value];
    parts.forEach(deepFreeze);
    Object.assign(value, { set: refuse, add: refuse, delete: refuse, clear: refuse });
  }
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

/** Partial scans teach without counting, so the last sighting may be newer than the count of scans. */
function nextScan(baseline: SegmentBaseline): number {
  const seen = [...baseline.hosts.values()].map((h) => h.lastSeen.scan);
  return Math.max(baseline.scans, ...seen) + 1;
}

function contextAt(at: number, scanNumber: number, changes: Partial<CycleContext> | undefined): CycleContext {
  return {
    cycleId: `cycle-${scanNumber}`,
    installId: "install",
    profile: "ports",
    vantage: VANTAGE,
    namespace: "default",
    scanNumber,
    startedAt: at,
    endedAt: at + 60_000,
    committedAt: at + 61_000,
    agentVersion: "0.1.0",
    maturity: { scans: 20, atLeastMs: 72 * HOUR },
    alertAt: 48,
    labels: new Map(),
    tags: [],
    publicUrl: null,
    docsBase: null,
    recorded: false,
    ...changes,
  };
}

function summaryOf(observations: readonly HostObservation[]): ScanSummary {
  const up = observations.filter((o) => o.state === "up").length;
  return {
    completeness: "complete",
    problems: [],
    reason: null,
    method: "syn",
    nmapVersion: "7.93",
    coverage: 1,
    hosts: { planned: observations.length, up, partial: 0, unmeasured: 0 },
    ports: { probed: 1000, open: 0 },
    scriptErrors: [],
    comparability: new Map([
      ["presence", "syn 7.93"],
      ["service", "7.93 intensity 7"],
      ["os", "7.93"],
      ["script:tripline-banner", "1"],
      ["script:ssh-hostkey", "1"],
      ["script:ssl-cert", "1"],
    ]),
    raw: null,
    outOfScope: 0,
    narrowed: false,
  };
}
