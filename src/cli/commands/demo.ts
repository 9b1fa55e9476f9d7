import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { playDemo, type Scene } from "../../app/demo/story.ts";
import { failureText } from "../../app/operations/failure.ts";
import { wallClock } from "../../lib/time.ts";
import { explainAnomaly, renderExplain } from "../../score/explain.ts";
import { EXIT, helpEnd } from "../exit-codes.ts";
import { type CommandIo, complain, type GlobalOptions, say } from "../io.ts";
import { renderScan } from "../render/scan.ts";
import { type Paint, painter } from "../render/style.ts";
import type { CommandHost } from "./command.ts";

interface DemoOptions extends GlobalOptions {
  readonly keep?: string;
}

const EXAMPLES = helpEnd(
  "tripline demo",
  "tripline demo --keep ./demo      then: tripline anomalies list -c ./demo/tripline.yaml",
);

/** `tripline demo`: about half a minute on loopback, with real listeners and a real nmap; no server needed. */
export function addDemo({ program, io, done }: CommandHost): void {
  program
    .command("demo")
    .description("the main job on this machine's loopback: learn, change, find, explain, deliver")
    .option("--keep <dir>", "keep configuration and state there")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): DemoOptions }) =>
      done(await demo(io, command.optsWithGlobals())),
    );
}

async function demo(io: CommandIo, options: DemoOptions): Promise<number> {
  const temporary = options.keep === undefined ? mkdtempSync(join(tmpdir(), "tripline-demo-")) : null;
  const directory = temporary ?? resolve(io.cwd, options.keep ?? "");
  if (temporary === null && existsSync(join(directory, ".tripline"))) {
    complain(io, `tripline: ${directory} holds a state already; choose an empty directory for --keep`);
    return EXIT.usage;
  }
  try {
    const paint = painter(io, options);
    const result = await playDemo({
      directory,
      signal: io.signal,
      show: (scene) => showScene(io, scene, { paint, kept: temporary === null }),
    });
    if (result.ok) return io.signal.aborted ? EXIT.interrupted : EXIT.done;
    complain(io, failureText(result.error));
    return result.error.exit;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    complain(
      io,
      `tripline: a port of the demo is taken (${error.message}).\n  effect  The demo was not started.\n  fix     End the other demo, or free the port.`,
    );
    return EXIT.configInvalid;
  } finally {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  }
}

async function showScene(
  io: CommandIo,
  scene: Scene,
  how: { readonly paint: Paint; readonly kept: boolean },
): Promise<void> {
  if (scene.kind === "text") return say(io, `\n${scene.text}`);
  if (scene.kind === "scan")
    return say(io, `\n${how.paint("bold", `── ${scene.title}`)}\n${renderScan(scene.report, "demo", how.paint)}`);
  return showEnd(io, scene, how);
}

/** Why the worst one was raised, and what went out. */
async function showEnd(
  io: CommandIo,
  scene: Extract<Scene, { kind: "end" }>,
  how: { readonly paint: Paint; readonly kept: boolean },
): Promise<void> {
  const open = await scene.store.history.anomalies({ segment: "demo", states: ["open"], since: null });
  const worst = open.toSorted((a, b) => b.score.value - a.score.value)[0];
  if (worst !== undefined) {
    const report = explainAnomaly(worst, { alertAt: 48, mutes: [], now: wallClock() });
    say(io, `\n${how.paint("bold", `── why: tripline explain ${worst.id.slice(0, 8)}`)}\n${renderExplain(report)}`);
  }
  const lines = readFileSync(scene.eventFile, "utf8").trimEnd().split("\n");
  const alert = lines.find((line) => line.includes('"kind":"alert"')) ?? lines[0] ?? "";
  say(
    io,
    `\n${how.paint("bold", "── delivered")}\n${lines.length} ECS events as newline-delimited JSON. One of them, an alert:\n${alert.slice(0, 600)}…`,
  );
  const read = `jq -r 'select(.event.kind=="alert") | [.event.severity, .event.action, .message] | @tsv' ${scene.eventFile}`;
  say(
    io,
    how.kept
      ? `\nread them:  ${read}\nlook around: tripline anomalies list -c ${join(scene.directory, "tripline.yaml")}`
      : `\nkeep them and look around with: tripline demo --keep ./demo`,
  );
}
