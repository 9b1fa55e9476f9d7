import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scanner } from "../../domain/ports/scanner.ts";
import { ok, type Result } from "../../lib/result.ts";
import { cycleView } from "../../report/model/scan.ts";
import { explainStored } from "../operations/explain-anomaly.ts";
import { openCourier } from "../operations/courier.ts";
import type { OperationFailure } from "../failure.ts";
import { namedDirectory, temporaryDirectory } from "../operations/own-directory.ts";
import { scanLive } from "../operations/scan-live.ts";
import { killedInTheMiddle } from "./kill.ts";
import { AFTER, BEFORE, CHANGES, type Service, startNetwork } from "./network.ts";
import { type Expectation, found, killed, learning, unchanged } from "./scenes.ts";
import { type DemoOptions, openStage, type Stage } from "./stage.ts";

/** The outcome of a scene. */
export interface SceneResult {
  readonly title: string;
  /** Why it could not be shown as its title promises; null: it was shown. */
  readonly missing: string | null;
}

/** A part of the story; null: it is not a scene, only what happens between two scenes. */
type Act = (stage: Stage) => Promise<SceneResult | null>;

/** The main job on an embedded network: learn, change, find, verify, score, deliver, and survive a killed scan. */
const STORY: readonly Act[] = [
  change(BEFORE, `${BEFORE.length} services on 127.0.10.1–3, declared in inventory.csv. Learning them.`),
  scan("first scan: everything is new, nothing alerts", learning),
  scan("second scan: learned", learning),
  scan("third scan: nothing changed, so nothing is reported", unchanged),
  change(AFTER, `Now something changes:\n${CHANGES.map(({ where, what }) => `  - ${where}: ${what}`).join("\n")}`),
  scan("this scan is killed in the middle (kill -9 nmap)", killed, killedInTheMiddle),
  scan("next scan: found, probed again, scored", found),
  scan("one more scan: what is missing is confirmed before it is reported", unchanged),
  explainWorst,
  deliver,
];

/** Where the demo is played: a directory that the user named, or a new one that the caller removes. */
export function demoDirectory(named: string | null): Result<string, OperationFailure> {
  return named === null ? temporaryDirectory("tripline-demo-") : namedDirectory(named);
}

/** Every scene with its outcome, in order; fewer when the signal ends the demo. */
export async function playDemo(options: DemoOptions): Promise<Result<readonly SceneResult[], OperationFailure>> {
  const opened = openStage(options);
  if (!opened.ok) return opened;
  const stage = opened.value;
  const results: SceneResult[] = [];
  try {
    for (const act of STORY) {
      if (options.signal.aborted) break;
      const result = await act(stage);
      if (result !== null) results.push(result);
    }
    return ok(results);
  } finally {
    await stage.network?.stop();
    stage.store.close();
  }
}

function change(services: readonly Service[], text: string): Act {
  return async (stage) => {
    await stage.network?.stop();
    stage.network = null;
    stage.network = await startNetwork(services);
    stage.options.show({ kind: "text", text });
    return null;
  };
}

/** Two covered scans make the demo's baseline mature; days would be too long a demo. */
const LEARN_SCANS = 2;

function scan(title: string, expectation: Expectation, around?: (nmap: Scanner) => Scanner): Act {
  return async (stage) => {
    const { signal, show } = stage.options;
    const report = await scanLive(stage, {
      live: stage.live,
      profile: "ports",
      learn: true,
      learnScans: LEARN_SCANS,
      signal,
      ...(around === undefined ? {} : { around }),
    });
    if (!report.ok) return { title, missing: report.error.what };
    if (report.value.state === "interrupted") return { title, missing: "the scan was interrupted" };
    show({ kind: "scan", title, cycle: cycleView(report.value) });
    return { title, missing: expectation(report.value) };
  };
}

async function explainWorst(stage: Stage): Promise<SceneResult> {
  const { loaded, store, options } = stage;
  const title = "why: the worst of them, explained";
  const { segment } = loaded.config;
  const open = await store.history.anomalies({ segment, states: ["open"], since: null });
  const worst = open.toSorted((a, b) => b.score.value - a.score.value)[0];
  if (worst === undefined) return { title, missing: "there is no open anomaly" };
  const explained = await explainStored(stage, worst);
  if (!explained.ok) return { title, missing: explained.error.what };
  options.show({ kind: "why", explanation: explained.value });
  return { title, missing: null };
}

/** Everything that was committed is in the file, and an alert is among it. */
async function deliver(stage: Stage): Promise<SceneResult> {
  const title = "delivered: every event, alerts among them";
  const { waiting, reasons } = await sendEvents(stage);
  if (waiting > 0) return { title, missing: `${waiting} events still wait: ${reasons.join("; ")}` };
  const eventFile = join(stage.stateDirectory, "events.ndjson");
  const lines = readFileSync(eventFile, "utf8").trimEnd().split("\n");
  const alert = lines.find((line) => line.includes('"kind":"alert"'));
  if (alert === undefined) return { title, missing: `none of the ${lines.length} events is an alert` };
  stage.options.show({ kind: "delivered", events: lines.length, alert });
  return { title, missing: null };
}

async function sendEvents(stage: Stage) {
  const courier = await openCourier({ ...stage, temporary: false });
  const delivery = await courier.deliver({ emit: true, signal: stage.options.signal });
  await courier.close();
  return delivery;
}
