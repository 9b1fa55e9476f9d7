import { stoppedClock, RUNTIME } from "../support/runtime.ts";
import type { Clock } from "../../src/domain/ports/clock.ts";
import type { Scanner } from "../../src/domain/ports/scanner.ts";
import type { CycleStore } from "../../src/domain/ports/stores.ts";
import type { UnfinishedCycle } from "../../src/domain/resume.ts";
import type { Profile, RunPlan } from "../../src/domain/scan-plan.ts";
import type { CyclePolicy, CycleTick, TickContext } from "../../src/domain/tick.ts";
import { parseIntervals } from "../../src/lib/intervals.ts";
import { runCycle } from "../../src/pipeline/cycle.ts";
import type { FinishedReport } from "../../src/pipeline/cycle-report.ts";
import type { CycleDeps } from "../../src/pipeline/deps.ts";
import { findUnfinished } from "../../src/pipeline/recall.ts";
import { askedTargets } from "../../src/scan/plan/asked-targets.ts";
import { liveSource } from "../../src/scan/live-source.ts";
import { createShardRunner } from "../../src/scan/shard-runner.ts";
import type { OpenedStore } from "../../src/store/open.ts";
import { NOW, opened } from "../store/support/temp-store.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type World, worldScanner } from "../support/world-scanner.ts";

export const SEGMENT = "office";
const PLAN = "the plan";
const MINUTE = 60_000;

/** Whole cycles over a world in memory and a real store; the n-th cycle stands still at minute n. */
export interface Rig {
  /** As a process that died would leave it; opened again on the next use. */
  crash(): void;
  store(): OpenedStore;
  cycle(n: number, world: World, more?: CycleOptions): Promise<FinishedReport | null>;
  unfinished(
    n: number,
    wish?: { readonly plan?: string; readonly notBefore?: number },
  ): Promise<UnfinishedCycle | null>;
  /** Bodies of all events, oldest first. */
  bodies(): Promise<readonly string[]>;
  /** Everything that was asked of the world, over all cycles. */
  readonly plans: RunPlan[];
}

export interface CycleOptions {
  readonly shardSize?: number;
  readonly unfinished?: UnfinishedCycle | null;
  readonly signal?: AbortSignal;
  /** Called before each nmap run; a throw is the death of the process. */
  readonly onRun?: (plan: RunPlan) => void;
  readonly store?: (store: CycleStore) => CycleStore;
  readonly deps?: Partial<CycleDeps>;
  readonly context?: Partial<TickContext>;
  readonly policy?: Partial<CyclePolicy>;
  readonly ports?: string;
  /** Instead of those of the rig. */
  readonly addresses?: readonly string[];
  /** Instead of the world. */
  readonly scanner?: Scanner;
  readonly clock?: Clock;
  readonly fragile?: readonly string[];
  readonly osDetection?: boolean;
  readonly profile?: Profile;
}

export function createRig(all: readonly string[]): Rig {
  const directory = tempDir();
  const plans: RunPlan[] = [];
  let store: OpenedStore | null = null;
  const open = () => (store ??= opened(directory));
  return {
    plans,
    store: open,
    crash: () => {
      store?.close();
      store = null;
    },
    async cycle(n, world, more = {}) {
      const at = NOW + n * MINUTE;
      const { addresses = all } = more;
      const onRun = (plan: RunPlan) => {
        more.onRun?.(plan);
        plans.push(plan);
      };
      const scanner = more.scanner ?? worldScanner(world, at, onRun);
      const asked = {
        cycleId: cycleId(n),
        profile: more.profile ?? "ports",
        technique: "syn",
        pace: "normal",
      } as const;
      const fragile = new Set(more.fragile);
      const runner = createShardRunner({
        ...asked,
        scanner,
        raw: true,
        fragile,
        scripts: [],
        osDetection: more.osDetection ?? false,
      });
      const clock = more.clock ?? stoppedClock(at);
      const ports = new Map([["tcp" as const, parseIntervals(more.ports ?? "1-100") ?? []]]);
      const size = more.shardSize === undefined ? {} : { shardSize: more.shardSize };
      const source = liveSource(
        { ...asked, runner, clock, addresses, ports, fragile, ...size },
        { gaps: [], narrowed: false, asked: askedTargets(addresses, { addresses, pinned: new Map() }) },
      );
      const cycles = open().cycles;
      const deps: CycleDeps = {
        store: more.store?.(cycles) ?? cycles,
        source,
        prober: runner,
        watch: null,
        readDeclared: null,
        rules: RUNTIME.rules(),
        clock,
        ...more.deps,
      };
      const report = await runCycle(tickOf(n, more), deps, more.signal ?? new AbortController().signal);
      return report.state === "finished" ? report : null;
    },
    unfinished: (n, wish = {}) => {
      const notBefore = wish.notBefore ?? NOW + (n - 1) * MINUTE;
      return findUnfinished(open().cycles, { segment: SEGMENT, profile: "ports", plan: wish.plan ?? PLAN, notBefore });
    },
    bodies: async () => {
      const rows = await open().outbox.readAfter(0, { maxRows: 100_000, maxBytes: 1024 ** 3 });
      return rows.map((row) => row.body);
    },
  };
}

export function cycleId(n: number): string {
  return `cycle-${n}`;
}

export function tickOf(n: number, { unfinished = null, context, policy }: CycleOptions = {}): CycleTick {
  return {
    context: {
      cycleId: cycleId(n),
      profile: "ports",
      vantage: {
        name: SEGMENT,
        segment: SEGMENT,
        closed: false,
        hostname: null,
        sourceAddress: "10.0.0.250",
        mac: null,
        privilege: "single",
      },
      namespace: "default",
      agentVersion: "0.0.0",
      maturity: { scans: 2, atLeastMs: 0 },
      alertAt: 48,
      labels: new Map(),
      tags: [],
      publicUrl: null,
      docsBase: null,
      recorded: false,
      ...context,
    },
    policy: {
      installId: "00000000-0000-7000-8000-00000000000a",
      hostTags: () => [],
      mutes: [],
      learn: true,
      ...policy,
    },
    resume: { plan: PLAN, unfinished },
  };
}
