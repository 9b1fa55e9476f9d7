import { type IdentifiedHost, identifyHosts } from "../baseline/identity/identify.ts";
import { buildView } from "../baseline/view.ts";
import type { HostBaseline, SegmentBaseline } from "../domain/baseline.ts";
import type { CycleContext, CycleView, VantageMeasures, VantageVerdict } from "../domain/cycle.ts";
import { type NmapRun, provesAbsence } from "../domain/nmap-run.ts";
import type { HostObservation } from "../domain/observation.ts";
import { type VantageLook, vantagePlace } from "../domain/vantage.ts";
import { median } from "../lib/statistics.ts";
import { askedSilently } from "../scan/quality/asked.ts";
import { controlsOf } from "../scan/quality/controls.ts";
import { portFlips } from "../scan/quality/flips.ts";
import { mergeObservations } from "../scan/quality/merge.ts";
import type { Place } from "../scan/quality/recorded-targets.ts";
import { sentinelControl, sentinelsOf } from "../scan/quality/sentinels.ts";
import { summarise } from "../scan/quality/summary.ts";
import { judgeVantage } from "../scan/quality/vantage.ts";
import type { Memory } from "./recall.ts";
import { recordedScope } from "./recorded-scope.ts";
import type { ScanExtent } from "./tick.ts";

/** What a cycle has found out so far. */
export interface Scanned {
  readonly runs: readonly NmapRun[];
  readonly extent: ScanExtent;
  /** How the vantage looked before and after; none for recorded scans. */
  readonly looks: readonly VantageLook[];
}

/** Judged runs → one view: what was seen beside what is known, and whether the vantage may be believed. Pure. */
export function observe(context: CycleContext, memory: Memory, scanned: Scanned): CycleView {
  const { runs, extent, looks } = scanned;
  const { baseline } = memory;
  const observations = mergeObservations(runs);
  const summary = summarise({ runs, hosts: observations, planned: null, ...extent });
  const asked = askedAddresses(runs, baseline, context.recorded);
  const measured = measuresOf(observations, looks);
  const identified = identifyHosts(baseline, observations, { segment: baseline.segment });
  const vantage = vantageOf({ context, baseline, observations, identified, asked, looks, measured });
  const scope = context.recorded ? recordedScope(runs, baseline) : undefined;
  const view = { context, baseline, summary, vantage, measured, identified, askedAddresses: asked };
  return buildView(scope === undefined ? view : { ...view, scope });
}

function measuresOf(observations: readonly HostObservation[], looks: readonly VantageLook[]): VantageMeasures {
  const gatewayMac = looks.map((look) => vantagePlace(look).gatewayMac).findLast((mac) => mac !== null) ?? null;
  return { gatewayMac, srttMicros: median(roundTrips(observations)) };
}

function roundTrips(observations: readonly HostObservation[]): readonly number[] {
  return observations.flatMap((host) => (host.state === "up" ? (host.srttMicros ?? []) : []));
}

interface VantageWork {
  readonly context: CycleContext;
  readonly baseline: SegmentBaseline;
  readonly observations: readonly HostObservation[];
  readonly identified: readonly IdentifiedHost[];
  readonly asked: ReadonlySet<string>;
  readonly looks: readonly VantageLook[];
  readonly measured: VantageMeasures;
}

function vantageOf(work: VantageWork): VantageVerdict {
  const { context, baseline, observations, identified, asked, looks, measured } = work;
  const hadName = identified.filter((host) => host.known?.fields.has("name") === true);
  const hosts = [...baseline.hosts.values()];
  const up = new Set(identified.map((host) => host.identity.hostId));
  const unmeasured = new Set(hosts.filter((host) => !asked.has(host.address)).map((host) => host.id));
  const sentinels = looks.length === 0 ? [] : [sentinelControl(sentinelsOf(baseline), { up, unmeasured })];
  const before = baseline.vantage;
  return judgeVantage({
    // Whoever asks to learn anew says that what was there before is no measure: such hosts are covered in no scan yet.
    baselineUp: hosts.filter((host) => host.current === "up" && host.covered > 0),
    up,
    unmeasured,
    names: { before: hadName.length, now: hadName.filter((host) => host.observation.names.length > 0).length },
    sourceAddress: { before: before.sourceAddress, now: context.vantage.sourceAddress },
    gatewayMac: { before: before.gatewayMac, now: measured.gatewayMac },
    flips: portFlips(identified),
    srtt: { before: before.srttMicros, now: measured.srttMicros, hosts: roundTrips(observations).length },
    controls: [...controlsOf(looks), ...sentinels],
  });
}

/**
 * Addresses whose silence means something: asked by a `ports` run that proves absence. Our own runs name silent hosts; a
 * recorded file need not, and says by its command line which hosts it asked.
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
