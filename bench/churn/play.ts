import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnomalyStep } from "../../src/domain/anomaly.ts";
import type { EventDocument } from "../../src/domain/event.ts";
import type { FinishedReport } from "../../src/pipeline/cycle-report.ts";
import { createMoment } from "./simulate/moment.ts";
import { type BenchSite, benchSite } from "./simulate/site.ts";
import type { World, WorldScan } from "./types.ts";
import { type How, type Watcher, watcherOf } from "./watch.ts";

/** What the product said about one scan of the world. */
export interface Heard {
  readonly scan: WorldScan;
  /** Whether this fact was asked of an address: `system`, or what a port like `tcp/22` is. */
  readonly asked: (address: string, fact: string) => boolean;
  readonly degraded: boolean;
  readonly complete: boolean;
  /** Why it is not whole or not believed; null: it is. */
  readonly why: string | null;
  /** What it said about the scan itself: kinds of health events. */
  readonly health: readonly string[];
  readonly steps: readonly HeardStep[];
}

export interface HeardStep extends AnomalyStep {
  /** Its event has `event.kind: alert`. */
  readonly alert: boolean;
}

export interface Played {
  /** Anomalies that are open at the end. */
  readonly open: number;
  /** CPU seconds of the whole run. */
  readonly cpuSeconds: number;
}

/** Told after each scan; returns the ids of anomalies that the operator accepts, where there is one. */
export type Hear = (heard: Heard) => readonly string[];

/** Every scan of the world through the whole program, in a state of its own. */
export async function play(world: World, how: How, hear: Hear): Promise<Played> {
  const directory = mkdtempSync(join(tmpdir(), "tripline-churn-"));
  const before = process.cpuUsage();
  const moment = createMoment();
  const site = benchSite(world, moment, { directory });
  const watcher = await watcherOf(how, world, { site, moment });
  try {
    for (const scan of world.scans()) {
      moment.begin(scan);
      await announceAll(watcher, world, scan);
      const report = await watcher.cycle(scan);
      // A file of somebody else's nmap holds everything.
      const asked = how === "recorded" ? () => true : moment.wasAsked;
      const normal = hear(heardOf(report, { scan, asked, events: site.events() }));
      if (how === "operated") await acceptAll(watcher, normal);
    }
  } finally {
    watcher.close();
  }
  const open = await openAnomalies(site);
  rmSync(directory, { recursive: true, force: true });
  const { user, system } = process.cpuUsage(before);
  return { open, cpuSeconds: (user + system) / 1e6 };
}

async function announceAll(watcher: Watcher, { announcements }: World, scan: WorldScan): Promise<void> {
  for (const change of announcements) if (change.from === scan.n) await watcher.announce(change, scan);
}

/** One after the other, as somebody at a keyboard would. */
async function acceptAll(watcher: Watcher, ids: readonly string[]): Promise<void> {
  for (const id of ids) await watcher.accept(id);
}

async function openAnomalies({ runtime, stateDirectory, loaded }: BenchSite): Promise<number> {
  const opened = runtime.openState(stateDirectory, "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const stored = await opened.value.cycles.loadAnomalies(loaded.config.segment);
  opened.value.close();
  return stored.filter(({ state }) => state === "open").length;
}

function heardOf(
  report: FinishedReport,
  { scan, asked, events }: Pick<Heard, "scan" | "asked"> & { readonly events: readonly EventDocument[] },
): Heard {
  const alerts = new Set(events.filter(({ family }) => family === "anomaly").flatMap(alertKey));
  return {
    scan,
    asked,
    degraded: report.vantage.state === "degraded",
    complete: report.summary.completeness === "complete",
    why: report.vantage.reason ?? report.summary.reason,
    health: report.health.map(({ kind }) => kind),
    steps: report.steps.map((step) => ({ ...step, alert: alerts.has(`${step.anomaly.id} ${step.transition}`) })),
  };
}

/** The events decide what is an alert: they are what somebody is called for. */
function alertKey({ body }: EventDocument): readonly string[] {
  const { event, tripline } = JSON.parse(body);
  return event.kind === "alert" ? [`${tripline.anomaly.id} ${tripline.anomaly.transition}`] : [];
}
