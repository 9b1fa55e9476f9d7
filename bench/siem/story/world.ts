import type { ScanFault, World, WorldHost, WorldScan } from "../../churn/types.ts";
import { calendar, scanAt } from "../../churn/world/calendar.ts";
import { makeWorld } from "../../churn/world/make-world.ts";
import type { Incident } from "./incidents.ts";
import type { StorySegment } from "./segments.ts";

const DAYS = 14;
const SCANS_PER_DAY = 4;
const TIME = calendar(DAYS, SCANS_PER_DAY);

export interface StoryWorld extends World {
  /** As the first scan saw them. */
  readonly founders: readonly WorldHost[];
}

/** Where few ports are asked, these are asked as well. */
const OF_INCIDENTS = "1080,2222,2375,4443,4444,5555,5938,6556,7001-7150,7301-7710,9999";

/** The network of a segment: the seeded world of the churn bench, and on top of its life what the story needs. */
export function storyWorld(segment: StorySegment, seed: number): StoryWorld {
  const { hosts, name, variant } = segment;
  const world = makeWorld({
    seed,
    hosts,
    days: DAYS,
    scansPerDay: SCANS_PER_DAY,
    variant,
    churn: "stated",
  });
  const [first] = world.scans();
  const founders = first?.truth ?? [];
  const happens = happenings(segment.incidents, founders);
  const tcp = variant === "tarpit" ? `${world.tcp},${OF_INCIDENTS}` : world.tcp;
  return { ...world, segment: name, tcp, founders, scans: () => told(world, segment, happens) };
}

export function scanOfDay(day: number): number {
  return scanAt(TIME, day);
}

/** Servers of the first scan, in the order of their addresses; in a segment with few they are counted round. */
export function serversOf(hosts: readonly WorldHost[]): readonly WorldHost[] {
  return hosts.filter(({ role }) => role === "server");
}

interface Happens extends Pick<Incident, "edit"> {
  readonly truth: string;
  readonly from: number;
  readonly until: number;
}

function happenings(incidents: readonly Incident[], founders: readonly WorldHost[]): readonly Happens[] {
  const servers = serversOf(founders);
  return incidents.flatMap(({ servers: wanted, from, until, every = 0, edit }) =>
    wanted.flatMap((place, i): Happens | readonly Happens[] => {
      const server = servers[place % servers.length];
      if (server === undefined) return [];
      const last = until === null ? Infinity : scanOfDay(until);
      return { truth: server.truth, from: scanOfDay(from + i * every), until: last, edit };
    }),
  );
}

function* told(world: World, segment: StorySegment, happens: readonly Happens[]): Generator<WorldScan> {
  const faults = new Map(segment.faults.map(({ day, fault }) => [scanOfDay(day), fault]));
  const end = segment.silentFrom === null ? Infinity : scanOfDay(segment.silentFrom);
  for (const scan of world.scans()) {
    if (scan.n >= end) return;
    const now = happens.filter(({ from, until }) => scan.n >= from && scan.n < until);
    const fault = faults.get(scan.n);
    yield broken({ ...scan, up: changed(scan.up, now, scan.n), truth: changed(scan.truth, now, scan.n) }, fault);
  }
}

function changed(hosts: readonly WorldHost[], now: readonly Happens[], n: number): readonly WorldHost[] {
  if (now.length === 0) return hosts;
  const byTruth = Map.groupBy(now, ({ truth }) => truth);
  return hosts.map((host) => (byTruth.get(host.truth) ?? []).reduce((one, { edit }) => edit(one, n), host));
}

function broken(scan: WorldScan, fault: ScanFault | undefined): WorldScan {
  if (fault === undefined) return scan;
  return { ...scan, fault, up: fault === "half-lost" ? scan.up.filter((_, i) => i % 2 === 0) : scan.up };
}
