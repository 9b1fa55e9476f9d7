import { identifyHosts } from "../baseline/identity/identify.ts";
import { buildView } from "../baseline/view.ts";
import type { HostBaseline, SegmentBaseline } from "../domain/baseline.ts";
import type { CycleContext, CycleView, VantageVerdict } from "../domain/cycle.ts";
import { type NmapRun, provesAbsence } from "../domain/nmap-run.ts";
import type { HostObservation } from "../domain/observation.ts";
import { askedSilently } from "../scan/quality/asked.ts";
import { mergeObservations } from "../scan/quality/merge.ts";
import type { Place } from "../scan/quality/recorded-targets.ts";
import { summarise } from "../scan/quality/summary.ts";
import { judgeVantage } from "../scan/quality/vantage.ts";
import type { Memory } from "./recall.ts";
import type { ScanExtent } from "./tick.ts";

/** Judged runs → one view: what was seen beside what is known, and whether the vantage may be believed. Pure. */
export function observe(
  context: CycleContext,
  memory: Memory,
  scanned: { readonly runs: readonly NmapRun[]; readonly extent: ScanExtent },
): CycleView {
  const { runs, extent } = scanned;
  const observations = mergeObservations(runs);
  const summary = summarise({ runs, hosts: observations, planned: null, ...extent });
  const asked = askedAddresses(runs, memory.baseline, context.recorded);
  const vantage = vantageOf(context, memory.baseline, { observations, asked });
  return buildView({ context, baseline: memory.baseline, summary, vantage, observations, askedAddresses: asked });
}

function vantageOf(
  context: CycleContext,
  baseline: SegmentBaseline,
  seen: { readonly observations: readonly HostObservation[]; readonly asked: ReadonlySet<string> },
): VantageVerdict {
  const identified = identifyHosts(baseline, seen.observations, { segment: baseline.segment });
  const hadName = identified.filter((host) => host.known?.fields.has("name") === true);
  const hosts = [...baseline.hosts.values()];
  return judgeVantage({
    // Whoever asks to learn anew says that what was there before is no measure: such hosts are covered in no scan yet.
    baselineUp: hosts.filter((host) => host.current === "up" && host.covered > 0),
    up: new Set(identified.map((host) => host.identity.hostId)),
    unmeasured: new Set(hosts.filter((host) => !seen.asked.has(host.address)).map((host) => host.id)),
    names: { before: hadName.length, now: hadName.filter((host) => host.observation.names.length > 0).length },
    sourceAddress: { before: baseline.vantage.sourceAddress, now: context.vantage.sourceAddress },
    controls: [],
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
