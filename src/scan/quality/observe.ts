import type { HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import { answersEverywhere } from "../../domain/interception.ts";
import type { CycleContext, IdentityMatch, ScanSummary, VantageMeasures, VantageVerdict } from "../../domain/cycle.ts";
import { type Completeness, type NmapRun, provesAbsence } from "../../domain/nmap-run.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { expectedUp, hoursOf } from "../../domain/presence.ts";
import type { ScanExtent } from "../../domain/ports/scan-source.ts";
import { type VantageLook, vantagePlace } from "../../domain/vantage.ts";
import { median } from "../../lib/statistics.ts";
import { askedSilently, namedTargets, unresolvedNames } from "./asked.ts";
import { controlsOf } from "./controls.ts";
import { portFlips } from "./flips.ts";
import { liveScope } from "./live-scope.ts";
import { mergeObservations } from "./merge.ts";
import type { Place } from "./recorded-targets.ts";
import { type AskedScope, recordedScope } from "./recorded-scope.ts";
import { sentinelControl, sentinelsOf } from "./sentinels.ts";
import { summarise } from "./summary.ts";
import { judgeVantage } from "./vantage.ts";

/** What a cycle has found out so far. */
export interface Scanned {
  readonly runs: readonly NmapRun[];
  readonly extent: ScanExtent;
  /** How the vantage looked before and after; none for recorded scans. */
  readonly looks: readonly VantageLook[];
}

/** What all runs of a cycle saw together. */
export interface Observed {
  /** One per address. */
  readonly observations: readonly HostObservation[];
  readonly summary: ScanSummary;
  readonly measured: VantageMeasures;
  /** Addresses whose silence means something. */
  readonly askedAddresses: ReadonlySet<string>;
  /** Absent where nothing says it. */
  readonly scope?: AskedScope;
}

/** Judged runs → what was seen, how completely, and who was asked. Pure. */
export function observe(scanned: Scanned, baseline: SegmentBaseline, recorded: boolean): Observed {
  const { runs, extent, looks } = scanned;
  const observations = mergeObservations(runs);
  const scope = recorded ? recordedScope(runs, baseline) : askedLive(extent, baseline);
  return {
    observations,
    summary: summarise({ runs, hosts: observations, planned: null, ...extent, gaps: gapsOf(scanned, recorded) }),
    measured: measuresOf(observations, looks),
    askedAddresses: askedAddresses(runs, baseline, recorded),
    ...(scope === undefined ? {} : { scope }),
  };
}

/** A live scan resolves its names itself; of a recorded one its counts tell. */
function gapsOf({ runs, extent }: Scanned, recorded: boolean): readonly string[] {
  const names = recorded ? runs.filter((run) => run.phase === "ports").flatMap(unresolvedNames) : [];
  return [
    ...extent.gaps,
    ...names.map((name) => `${name}: the name could not be resolved; its hosts were not measured`),
  ];
}

function askedLive({ asked }: ScanExtent, baseline: SegmentBaseline): AskedScope | undefined {
  return asked === undefined ? undefined : liveScope(asked, baseline);
}

/** What runs saw, for callers without a baseline. */
export interface ObservedAlone extends Pick<Observed, "observations"> {
  readonly completeness: Completeness;
  /** Whether a complete run asked this address, as its command line says. */
  readonly asked: (address: string) => boolean;
}

/** Hosts out of scope are left out. Pure. */
export function observeAlone(runs: readonly NmapRun[], inScope: (address: string) => boolean): ObservedAlone {
  const inside = runs.map((run) => ({ ...run, hosts: run.hosts.filter((host) => inScope(host.address)) }));
  const observations = mergeObservations(inside);
  const named = runs.filter(provesAbsence).flatMap((run) => namedTargets(run) ?? []);
  return {
    observations,
    completeness: summarise({ runs: inside, hosts: observations, planned: null, outOfScope: 0 }).completeness,
    asked: (address) => inScope(address) && named.some((covers) => covers({ address, names: [] })),
  };
}

/** If all hosts that should be up are silent together, the vantage is more likely at fault. Pure. */
export function lostTogether(expected: readonly HostObservation[]): boolean {
  const { state } = judgeVantage({
    baselineUp: expected.map(({ address }) => ({ id: address, address })),
    up: new Set(expected.filter((host) => host.state === "up").map((host) => host.address)),
    unmeasured: new Set(),
    names: { before: 0, now: 0 },
    sourceAddress: { before: null, now: null },
    gatewayMac: { before: null, now: null },
    flips: { measured: 0, silent: 0, hosts: 0 },
    everywhere: { hosts: 0, up: 0 },
    srtt: { before: null, now: null, hosts: 0 },
    controls: [],
  });
  return state === "degraded";
}

function measuresOf(observations: readonly HostObservation[], looks: readonly VantageLook[]): VantageMeasures {
  const gatewayMac = looks.map((look) => vantagePlace(look).gatewayMac).findLast((mac) => mac !== null) ?? null;
  return { gatewayMac, srttMicros: median(roundTrips(observations)) };
}

function roundTrips(observations: readonly HostObservation[]): readonly number[] {
  return observations.flatMap((host) => (host.state === "up" ? (host.srttMicros ?? []) : []));
}

/** A host that is up, with who it is. */
export interface KnownAs {
  readonly observation: HostObservation;
  readonly identity: IdentityMatch;
  readonly known: HostBaseline | null;
}

export interface Trial {
  readonly context: CycleContext;
  readonly baseline: SegmentBaseline;
  readonly looks: readonly VantageLook[];
  readonly observed: Observed;
  readonly identified: readonly KnownAs[];
}

/** Whether what was not seen counts as absent. Pure. */
export function trust({ context, baseline, looks, observed, identified }: Trial): VantageVerdict {
  const { askedAddresses: asked, measured, observations } = observed;
  const hadName = identified.filter((host) => host.known?.fields.has("name") === true);
  const hosts = [...baseline.hosts.values()];
  const up = new Set(identified.map((host) => host.identity.hostId));
  const unmeasured = new Set(hosts.filter((host) => !asked.has(host.address)).map((host) => host.id));
  const sentinels = looks.length === 0 ? [] : [sentinelControl(sentinelsOf(baseline), { up, unmeasured })];
  const before = baseline.vantage;
  const hours = hoursOf(context);
  return judgeVantage({
    // Whoever asks to relearn says that what was there before does not count: such hosts are not covered by any scan
    // yet.
    baselineUp: hosts.filter((host) => host.current === "up" && host.covered > 0 && expectedUp(host, context, hours)),
    up,
    unmeasured,
    names: { before: hadName.length, now: hadName.filter((host) => host.observation.names.length > 0).length },
    sourceAddress: { before: before.sourceAddress, now: context.vantage.sourceAddress },
    gatewayMac: { before: before.gatewayMac, now: measured.gatewayMac },
    flips: portFlips(identified),
    everywhere: {
      hosts: identified.filter(({ observation, known }) => answersEverywhere(observation, known)).length,
      up: identified.length,
    },
    srtt: { before: before.srttMicros, now: measured.srttMicros, hosts: roundTrips(observations).length },
    controls: [...controlsOf(looks), ...sentinels],
  });
}

/**
 * Addresses whose silence means something: asked by a `ports` run that proves absence. Our own runs name silent
 * hosts; a recorded file need not, and says by its command line which hosts it asked.
 */
function askedAddresses(runs: readonly NmapRun[], baseline: SegmentBaseline, recorded: boolean): ReadonlySet<string> {
  const complete = runs.filter((run) => run.phase === "ports" && provesAbsence(run));
  const named = complete.flatMap((run) => run.hosts.map((host) => host.address));
  const known = [...baseline.hosts.values()];
  const knownUp = known.filter((host) => host.current === "up").length;
  const silent = complete.flatMap((run) => {
    const asked = recorded ? askedSilently(run, knownUp) : () => run.planned > run.hosts.length;
    return known.filter((host) => asked(placeOf(host))).map((host) => host.address);
  });
  return new Set([...named, ...silent]);
}

function placeOf({ address, fields }: HostBaseline): Place {
  const name = fields.get("name")?.current;
  return { address, names: name === undefined ? [] : [name] };
}
