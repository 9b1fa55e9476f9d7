import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scanLive } from "../../src/app/operations/scan-live.ts";
import type { AnomalyStep } from "../../src/domain/anomaly.ts";
import type { EventDocument } from "../../src/domain/event.ts";
import type { Profile } from "../../src/domain/scan-plan.ts";
import type { FinishedReport } from "../../src/pipeline/cycle-report.ts";
import { simulatedLive } from "./simulate/live.ts";
import { createMoment } from "./simulate/moment.ts";
import { openSite } from "./simulate/site.ts";
import type { World, WorldScan } from "./types.ts";

/** What the product said about one scan of the world. */
export interface Heard {
  readonly scan: WorldScan;
  readonly profile: Profile;
  readonly degraded: boolean;
  readonly complete: boolean;
  readonly learning: boolean;
  readonly steps: readonly HeardStep[];
}

export interface HeardStep extends AnomalyStep {
  /** Its event has `event.kind: alert`. */
  readonly alert: boolean;
}

export interface Played {
  readonly world: World;
  /** Anomalies that are open at the end. */
  readonly open: number;
  /** CPU seconds of the whole run. */
  readonly cpuSeconds: number;
}

/** Once a day everything is fingerprinted again, operating systems included: in the scan at noon. */
export function profileOf({ scansPerDay }: Pick<World, "scansPerDay">, n: number): Profile {
  return n % scansPerDay === Math.floor(scansPerDay / 2) ? "deep" : "ports";
}

/** Every scan of the world through the whole program, in a state of its own; `hear` is told after each. */
export async function play(world: World, hear: (heard: Heard) => void): Promise<Played> {
  const directory = mkdtempSync(join(tmpdir(), "tripline-churn-"));
  const before = process.cpuUsage();
  const moment = createMoment();
  const site = openSite(world, moment, directory);
  try {
    const live = await simulatedLive(world, moment);
    const { signal } = new AbortController();
    for (const scan of world.scans()) {
      moment.begin(scan);
      const profile = profileOf(world, scan.n);
      const report = await scanLive(site.desk, { live, profile, learn: true, learnScans: null, signal });
      if (!report.ok || report.value.state !== "finished") throw new Error(`scan ${scan.n} was not finished`);
      hear(heardOf(report.value, { scan, profile, events: site.events() }));
    }
    const stored = await site.desk.store.cycles.loadAnomalies(world.segment);
    const { user, system } = process.cpuUsage(before);
    const open = stored.filter(({ state }) => state === "open").length;
    return { world, open, cpuSeconds: (user + system) / 1e6 };
  } finally {
    site.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function heardOf(
  report: FinishedReport,
  { scan, profile, events }: Pick<Heard, "scan" | "profile"> & { readonly events: readonly EventDocument[] },
): Heard {
  const alerts = new Set(events.filter(({ family }) => family === "anomaly").flatMap(alertKey));
  return {
    scan,
    profile,
    degraded: report.vantage.state === "degraded",
    complete: report.summary.completeness === "complete",
    learning: report.learning,
    steps: report.steps.map((step) => ({ ...step, alert: alerts.has(`${step.anomaly.id} ${step.transition}`) })),
  };
}

/** The events decide what is an alert: they are what somebody is called for. */
function alertKey({ body }: EventDocument): readonly string[] {
  const { event, tripline } = JSON.parse(body);
  return event.kind === "alert" ? [`${tripline.anomaly.id} ${tripline.anomaly.transition}`] : [];
}
