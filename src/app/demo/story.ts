import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LoadedConfig, parseConfig } from "../../config/load.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { sleep, wallClock } from "../../lib/time.ts";
import type { FinishedReport } from "../../pipeline/cycle-report.ts";
import { createTelemetry } from "../../telemetry/happenings.ts";
import { silentLogger } from "../../telemetry/logger.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import { drainAll, openRelays } from "../delivery.ts";
import { type LiveScanner, prepareLive } from "../live.ts";
import type { OperationFailure } from "../operations/failure.ts";
import { scanLive } from "../operations/scan-live.ts";
import { openState, type OpenState } from "../wiring.ts";
import { AFTER, BEFORE, CHANGES, CONFIG, INVENTORY, type Network, startNetwork } from "./network.ts";

/** One scene of the demo, as it happens. */
export type Scene =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "scan"; readonly title: string; readonly report: FinishedReport }
  | { readonly kind: "end"; readonly eventFile: string; readonly directory: string; readonly store: OpenState };

export interface DemoOptions {
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly show: (scene: Scene) => Promise<void> | void;
}

interface Stage {
  readonly loaded: LoadedConfig;
  readonly live: LiveScanner;
  readonly store: OpenState;
  readonly options: DemoOptions;
}

/** The main job on an embedded network: learn, change, find, verify, score, deliver, and survive a killed scan. */
export async function playDemo(options: DemoOptions): Promise<Result<null, OperationFailure>> {
  const loaded = writeDemoConfig(options.directory);
  const stateDirectory = join(options.directory, ".tripline");
  const opened = openState(stateDirectory, "write");
  if (!opened.ok) return err(opened.error);
  const store = opened.value;
  try {
    const live = prepareLive(loaded, stateDirectory);
    if (!live.ok) return live;
    await play({ loaded, live: live.value, store, options });
    return ok(null);
  } finally {
    store.close();
  }
}

function writeDemoConfig(directory: string): LoadedConfig {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "tripline.yaml"), CONFIG);
  writeFileSync(join(directory, "inventory.csv"), INVENTORY);
  const loaded = parseConfig(CONFIG, { path: "tripline.yaml", directory, environment: {}, now: wallClock() });
  if (!loaded.ok) throw new Error(`the demo's own configuration is wrong:\n${loaded.error.text}`);
  return loaded.value;
}

async function play(stage: Stage): Promise<void> {
  const { show } = stage.options;
  let network: Network = await startNetwork(BEFORE);
  try {
    await show({
      kind: "text",
      text: `${BEFORE.length} services on 127.0.10.1–3; inventory.csv declares them. Learning what is normal.`,
    });
    await scanScene(stage, "first scan: everything is new, nothing alerts");
    await scanScene(stage, "second scan: learned");
    await scanScene(stage, "third scan: nothing changed, so nothing is said");
    await network.stop();
    network = await startNetwork(AFTER);
    await show({
      kind: "text",
      text: `Now something changes:\n${CHANGES.map((change) => `  - ${change}`).join("\n")}`,
    });
    await killedScene(stage);
    await scanScene(stage, "next scan: found, probed again, scored");
    await scanScene(stage, "one more scan: what is missing is confirmed before it is said");
    await deliver(stage);
  } finally {
    await network.stop();
  }
}

/** Two covered scans make the demo's baseline mature; days would be too long a demo. */
async function scanScene(stage: Stage, title: string): Promise<void> {
  const report = await cycle(stage);
  if (report !== null) await stage.options.show({ kind: "scan", title, report });
}

async function cycle({ loaded, live, store, options }: Stage): Promise<FinishedReport | null> {
  const report = await scanLive({
    loaded,
    live,
    store: store.cycles,
    profile: "ports",
    learn: true,
    learnScans: 2,
    signal: options.signal,
  });
  if (!report.ok) throw new Error(report.error.what);
  return report.value.state === "finished" ? report.value : null;
}

async function killedScene(stage: Stage): Promise<void> {
  const running = cycle(stage);
  await killNmap(stage.options.signal);
  const report = await running;
  if (report !== null)
    await stage.options.show({ kind: "scan", title: "this scan is killed in the middle (kill -9 nmap)", report });
}

const MIDDLE_MS = 80;

/** Waits for the nmap that this process started, and ends it the hard way. */
async function killNmap(signal: AbortSignal): Promise<void> {
  for (let i = 0; i < 500 && !signal.aborted; i++) {
    const pid = nmapPid();
    if (pid !== null) {
      // In the middle, not before nmap has written a line.
      await sleep(MIDDLE_MS, signal);
      if (wasKilled(pid)) return;
    }
    await sleep(10, signal);
  }
}

/** False when it had just ended by itself: the scan's next nmap is the one to end then. */
function wasKilled(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** Linux only, as the network namespace of the demo is: a child of ours whose name is nmap. */
function nmapPid(): number | null {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    try {
      const [, name, rest] = /^\d+ \((.*)\) \S (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      return name === "nmap" && Number(rest?.split(" ")[0]) === process.pid;
    } catch {
      return false;
    }
  });
  return found === undefined ? null : Number(found);
}

async function deliver({ loaded, store, options }: Stage): Promise<void> {
  const telemetry = createTelemetry(silentLogger(), createMetrics());
  const stateDirectory = join(options.directory, ".tripline");
  const relays = await openRelays({
    loaded,
    stateDirectory,
    outbox: store.outbox,
    telemetry,
    onHealth: () => undefined,
  });
  await drainAll(relays, store.outbox, options.signal);
  await relays.close();
  await options.show({
    kind: "end",
    eventFile: join(stateDirectory, "events.ndjson"),
    directory: options.directory,
    store,
  });
}
