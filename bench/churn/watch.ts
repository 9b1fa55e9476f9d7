import { join } from "node:path";
import { CHANGES } from "../../src/app/operations/registry.ts";
import { scanLive } from "../../src/app/operations/scan-live.ts";
import { scanRecorded } from "../../src/app/operations/scan-recorded.ts";
import type { OperationFailure } from "../../src/app/failure.ts";
import type { Desk } from "../../src/app/operations/operation.ts";
import type { Result } from "../../src/lib/result.ts";
import type { CycleReport, FinishedReport } from "../../src/pipeline/cycle-report.ts";
import { simulatedLive, worldTargets } from "./simulate/live.ts";
import type { Moment } from "./simulate/moment.ts";
import { writeRecorded } from "./simulate/recorded.ts";
import type { BenchSite } from "./simulate/site.ts";
import type { Announcement, World, WorldScan } from "./types.ts";
import { profileOf } from "./profile.ts";

/**
 * `live`: the agent scans by itself and asks again. `operated`: somebody answers its alerts. `recorded`: it is given the XML
 * of somebody else's nmap.
 */
export type How = "live" | "operated" | "recorded";

/** Looks at a world, one cycle for each of its scans. */
export interface Watcher {
  cycle(scan: WorldScan): Promise<FinishedReport>;
  /** As `tripline change announce` does it, before the scan in which it begins. */
  announce(change: Announcement, scan: WorldScan): Promise<void>;
  /** As `tripline accept` does it; one that is over meanwhile is refused, which changes nothing. */
  accept(id: string): Promise<void>;
  /** What somebody does between two scans with the state, as a command that opens it. */
  atDesk(work: (desk: Desk) => Promise<void>): Promise<void>;
  close(): void;
}

export async function watcherOf(
  how: How,
  world: World,
  at: { readonly site: BenchSite; readonly moment: Moment },
): Promise<Watcher> {
  return how === "recorded" ? recordedWatcher(world, at) : liveWatcher(world, at);
}

const { signal } = new AbortController();

async function liveWatcher(
  world: World,
  { site, moment }: { readonly site: BenchSite; readonly moment: Moment },
): Promise<Watcher> {
  const live = await simulatedLive(world, moment);
  const store = opened(site.runtime.openState(site.stateDirectory, "write"));
  const desk = { ...site, store };
  return {
    cycle: async (scan) => {
      const profile = profileOf(world, scan.n);
      return finished(opened(await scanLive(desk, { live, profile, learn: true, learnScans: null, signal })));
    },
    announce: async (change, scan) => {
      const said = { ...announcementOf(change, world, scan), by: "operator", ticket: change.label };
      opened(await CHANGES.announce.run(desk, said, { signal }));
    },
    accept: async (id) => {
      await CHANGES.accept.run(desk, { id, by: "operator", reason: "it belongs there" }, { signal });
    },
    atDesk: (work) => work(desk),
    close: () => store.close(),
  };
}

async function recordedWatcher(world: World, { site }: { readonly site: BenchSite }): Promise<Watcher> {
  const addresses = (await worldTargets(world)).addresses.length;
  const file = join(site.stateDirectory, "scan.xml");
  return {
    cycle: async (scan) => {
      writeRecorded(file, world, { scan, addresses });
      const request = { files: [file], names: [file], learn: true, learnScans: null, emit: false };
      const [cycle] = opened(await scanRecorded(site, request, { signal })).cycles;
      return finished(cycle?.report);
    },
    announce: () => Promise.resolve(),
    accept: () => Promise.reject(new Error("a file has no operator")),
    atDesk: async (work) => {
      const store = opened(site.runtime.openState(site.stateDirectory, "write"));
      await work({ ...site, store }).finally(() => store.close());
    },
    close: () => {},
  };
}

const DAY_MS = 86_400_000;

/** Scan numbers as times, port keys as people write them. */
function announcementOf({ address, ports, from, until }: Announcement, { scansPerDay }: World, scan: WorldScan) {
  return {
    hosts: [address],
    networks: [],
    groups: [],
    ports: ports.map((key) => key.replace(/^tcp\//, "")),
    until: scan.end + ((until - from) * DAY_MS) / scansPerDay,
  };
}

function opened<T>(result: Result<T, OperationFailure>): T {
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.what}`);
  return result.value;
}

function finished(report: CycleReport | undefined): FinishedReport {
  if (report?.state !== "finished") throw new Error("a cycle was not finished");
  return report;
}
