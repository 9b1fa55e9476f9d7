import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { playDemo, type SceneResult } from "../../app/demo/story.ts";
import { failureText } from "../../app/operations/failure.ts";
import { EXIT, helpEnd } from "../exit-codes.ts";
import { type CommandIo, complain, type GlobalOptions, say } from "../io.ts";
import { renderMissing, renderNext, renderResults, renderScene } from "../render/demo.ts";
import { type Paint, painter } from "../render/style.ts";
import type { CommandHost } from "./command.ts";

interface DemoOptions extends GlobalOptions {
  readonly keep?: string;
  readonly nmap: string;
}

const EXAMPLES = helpEnd(
  "tripline demo",
  "tripline demo --keep ./demo      then: tripline anomalies list -c ./demo/tripline.yaml",
);

/** `tripline demo`: about ten seconds on loopback, with real listeners and a real nmap; no server needed. */
export function addDemo({ program, io, done }: CommandHost): void {
  program
    .command("demo")
    .description("the main job on this machine's loopback: learn, change, find, explain, deliver")
    .option("--keep <dir>", "keep configuration and state there")
    .option("--nmap <path>", "the nmap to use", "nmap")
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
    return await play(io, options, { directory, kept: temporary === null });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    complain(
      io,
      `tripline: a port of the demo is taken (${error.message}).\n  effect  The demo ends here.\n  fix     End the other demo, or free the port.`,
    );
    return EXIT.configInvalid;
  } finally {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  }
}

async function play(
  io: CommandIo,
  options: DemoOptions,
  where: { readonly directory: string; readonly kept: boolean },
): Promise<number> {
  const paint = painter(io, options);
  const played = await playDemo({
    directory: where.directory,
    nmap: options.nmap,
    signal: io.signal,
    show: (scene) => say(io, renderScene(scene, paint)),
  });
  if (!played.ok) {
    complain(io, failureText(played.error));
    return played.error.exit;
  }
  if (io.signal.aborted) return EXIT.interrupted;
  const code = judge(io, played.value, paint);
  say(io, renderNext(where.kept ? where.directory : null));
  return code;
}

/** A demo that leaves something out has failed, however good the rest looks. */
function judge(io: CommandIo, results: readonly SceneResult[], paint: Paint): number {
  say(io, renderResults(results, paint));
  const missing = results.filter((result) => result.missing !== null).length;
  if (missing === 0) return EXIT.done;
  complain(io, renderMissing(missing));
  return EXIT.partial;
}
