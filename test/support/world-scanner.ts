import { cleanText } from "../../src/domain/clean-text.ts";
import type { NmapRun } from "../../src/domain/nmap-run.ts";
import type { HostObservation, PortObservation } from "../../src/domain/observation.ts";
import type { Scanner } from "../../src/domain/ports/scanner.ts";
import type { RunPlan } from "../../src/domain/scan-plan.ts";
import { includes, type Intervals, size } from "../../src/lib/intervals.ts";

/** One machine of a world that exists in memory only. */
export interface WorldHost {
  readonly mac?: string;
  /** Does not answer discovery, but does serve. */
  readonly hidden?: boolean;
  /** Port → product. */
  readonly open: ReadonlyMap<number, string>;
  /** Ports whose probes are dropped. */
  readonly filtered?: Intervals;
  /** Ports on which something answers a SYN and then refuses every connection. */
  readonly synOnly?: Intervals;
  readonly srttMicros?: number;
  /** Family of its system; absent: it matches nothing. */
  readonly system?: string;
}

/** Address → machine; what is not in it does not answer. */
export type World = Map<string, WorldHost>;

export interface WorldScanner extends Scanner {
  /** Every plan that was run, in order. */
  readonly plans: RunPlan[];
}

/** A scanner over a world in memory: the same plan in the same world gives the same run, at a time that stands still. */
export function worldScanner(world: World, at: number, onRun: (plan: RunPlan) => void = () => {}): WorldScanner {
  const plans: RunPlan[] = [];
  return {
    plans,
    // oxlint-disable-next-line require-await -- the port is asynchronous, this world is not
    run: async (plan) => {
      plans.push(plan);
      onRun(plan);
      return runOf(plan, world, at);
    },
  };
}

function runOf(plan: RunPlan, world: World, at: number): NmapRun {
  const hosts = plan.addresses.map((address) => observe(address, world.get(address), { plan, at }));
  const up = hosts.filter((host) => host.state === "up").length;
  return {
    shard: plan.shard,
    n: plan.n,
    phase: plan.phase,
    technique: plan.technique,
    argv: ["nmap"],
    exitCode: 0,
    signal: null,
    startedAt: at,
    endedAt: at,
    completeness: "complete",
    problems: [],
    reason: null,
    nmapVersion: "7.93",
    comparability: {
      presence: `${plan.technique} raw`,
      service: plan.versionIntensity === null ? null : "nmap=7.93",
      os: plan.osDetection ? "nmap=7.93 -O" : null,
      scripts: new Map(plan.scripts.map((id) => [id, "nmap=7.93"])),
    },
    planned: plan.addresses.length,
    hostsUp: up,
    hostsDown: hosts.length - up,
    hosts,
    scriptErrors: [],
    rejectedScripts: [],
    raw: { path: `${plan.cycleId}/${plan.shard}-${plan.n}-${plan.phase}.xml.zst`, sha256: "00", bytes: 1 },
  };
}

type Look = { readonly plan: RunPlan; readonly at: number };

function observe(address: string, host: WorldHost | undefined, { plan, at }: Look): HostObservation {
  const found = host !== undefined && (plan.assumeUp || host.hidden !== true);
  const asked = plan.ports.get("tcp") ?? [];
  const ports = found ? listedPorts(host, plan) : [];
  const filtered = found ? plainSize(asked, host.filtered ?? []) : 0;
  const rest = size(asked) - ports.length - filtered;
  return {
    address,
    state: found || plan.assumeUp ? "up" : "down",
    stateReason: plan.assumeUp ? "user-set" : found ? "arp-response" : "no-response",
    mac: found ? (host.mac ?? null) : null,
    macVendor: null,
    names: [],
    observedAt: at,
    coverage: found && plan.phase === "ports" ? [{ transport: "tcp", phase: "ports", ports: asked }] : [],
    ports,
    otherStates: [
      ...(found && rest > 0 ? [{ state: "closed" as const, count: rest, transport: "tcp" as const }] : []),
      ...(filtered > 0 || !found
        ? [{ state: "filtered" as const, count: found ? filtered : size(asked), transport: "tcp" as const }]
        : []),
    ],
    os: plan.osDetection && found ? guessOf(host.system) : null,
    distance: null,
    srttMicros: found ? (host.srttMicros ?? 200) : null,
    problems: [],
    allPortsOpen: null,
    truncated: [],
  };
}

function guessOf(system: string | undefined): HostObservation["os"] {
  const found = { goodConditions: true, stack: new Map() };
  if (system === undefined) return { matches: [], families: [], ...found };
  const text = cleanText(system, { maxBytes: 64 });
  return {
    matches: [{ name: text, accuracy: 98, family: text, vendor: null, type: null }],
    families: [system],
    ...found,
  };
}

function plainSize(asked: Intervals, dropped: Intervals): number {
  let count = 0;
  for (const [from, to] of asked) for (let port = from; port <= to; port++) if (includes(dropped, port)) count++;
  return count;
}

function listedPorts(host: WorldHost, plan: RunPlan): readonly PortObservation[] {
  const asked = plan.ports.get("tcp") ?? [];
  return [...host.open]
    .filter(([port]) => includes(asked, port) && !includes(host.filtered ?? [], port))
    .map(([number, product]) => ({
      transport: "tcp",
      number,
      ...answerOf(host, number, plan),
      reasonTtl: 64,
      service: plan.versionIntensity === null ? null : service(product),
      identity: null,
      scripts: [],
      verified: false,
    }));
}

function answerOf(host: WorldHost, port: number, plan: RunPlan): Pick<PortObservation, "state" | "reason"> {
  const refuses = plan.technique === "connect" && includes(host.synOnly ?? [], port);
  return refuses ? { state: "closed", reason: "conn-refused" } : { state: "open", reason: "syn-ack" };
}

function service(product: string): PortObservation["service"] {
  const text = (value: string) => cleanText(value, { maxBytes: 256 });
  return {
    name: text("http"),
    product: text(product),
    version: null,
    extraInfo: null,
    tunnel: null,
    method: "probed",
    confidence: 10,
    cpe: [],
  };
}
