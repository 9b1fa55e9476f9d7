import type { LiveScanner, PinnedScan } from "../../../src/app/live.ts";
import type { TargetPlan } from "../../../src/domain/target-plan.ts";
import type { RouteLook, VantageLook } from "../../../src/domain/vantage.ts";
import type { PlanSettings } from "../../../src/scan/plan/knowledge.ts";
import { parseIntervals } from "../../../src/lib/intervals.ts";
import { ok } from "../../../src/lib/result.ts";
import { liveSource } from "../../../src/scan/live-source.ts";
import { ASKED_SCRIPTS } from "../../../src/scan/scripts/registry.ts";
import { createShardRunner } from "../../../src/scan/shard-runner.ts";
import { pinTargets } from "../../../src/scan/targets.ts";
import type { World } from "../types.ts";
import type { Moment } from "./moment.ts";
import { simulatedScanner, VANTAGE } from "./scanner.ts";

/** Scans a world as `tripline scan` scans a network: the real planner asks, the world answers. */
export async function simulatedLive(world: World, moment: Moment): Promise<LiveScanner> {
  const targets = await worldTargets(world);
  const { addresses } = targets;
  const settings: Omit<PlanSettings, "cycleId" | "profile"> = {
    technique: "syn",
    pace: "normal",
    ports: new Map([["tcp", parseIntervals(world.tcp) ?? []]]),
    fragile: new Set(),
    addresses,
  };
  const pinned: PinnedScan = {
    watch: { look: () => Promise.resolve(LOOK) },
    targets,
    planDigest: () => "the plan",
    preview: () => Promise.reject(new Error("a simulated scan is not previewed")),
    cycle: ({ cycleId, profile }) => {
      const asked = { ...settings, cycleId, profile, clock: moment.clock };
      const scanner = simulatedScanner(moment);
      const runner = createShardRunner({ ...asked, scanner, raw: true, scripts: ASKED_SCRIPTS, osDetection: true });
      return { source: liveSource({ ...asked, runner }, { gaps: [], narrowed: false }), prober: runner };
    },
  };
  return { raw: true, pin: () => Promise.resolve(ok(pinned)) };
}

/** The targets of a world as addresses. */
export async function worldTargets({ targets }: World): Promise<TargetPlan> {
  const pinned = await pinTargets({ targets, exclude: [] });
  if (!pinned.ok) throw new Error(pinned.error.refusals.map(({ text, reason }) => `${text}: ${reason}`).join("\n"));
  return pinned.value;
}

const ROUTE: RouteLook = {
  to: "10.0.0.1",
  reachable: true,
  device: "eth0",
  source: VANTAGE,
  sourceMac: "00-1B-21-FF-FF-FA",
  gateway: null,
  linkUp: true,
  gatewayState: null,
  gatewayMac: null,
};

/** The sensor itself is well, before and after every scan. */
const LOOK: VantageLook = { routes: [ROUTE], selfTest: { name: "self-test", result: "ok", detail: null } };
