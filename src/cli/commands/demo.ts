import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { demoDirectory, playDemo, type SceneResult } from "../../app/demo/story.ts";
import { failureText, type OperationFailure } from "../../app/failure.ts";
import { resultsText, sceneText } from "../../report/text/demo.ts";
import { counted, GAP, labelled, lines, type TextDocument, verbatim } from "../../report/text/document.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { type CommandIo, complain, type GlobalOptions, say } from "../io.ts";
import { complainOf } from "../print-result.ts";
import { layOut } from "../terminal/layout.ts";
import { pageOf } from "../terminal/page.ts";
import { type CommandHost, type Reader, usage } from "./command.ts";

interface DemoOptions extends GlobalOptions {
  readonly keep?: string;
  readonly nmap: string;
}

const EXAMPLES = helpEnd({
  exits: {
    ...EXITS.config,
    [EXIT.done]: "every scene was shown",
    [EXIT.partial]: "a scene could not be shown",
    [EXIT.missingProgram]: "there is no nmap",
    [EXIT.configInvalid]: "a port of the demo is in use, or others could change nmap",
    [EXIT.interrupted]: "interrupted (143 by SIGTERM)",
  },
  examples: [
    "tripline demo",
    ["tripline demo --keep ./demo", "keeps the result; then: tripline anomalies list -c ./demo/tripline.yaml"],
  ],
});

/** `tripline demo`: about ten seconds on loopback, with real listeners and a real nmap; no server needed. */
export function addDemo({ program, io, runtime, done }: CommandHost): void {
  program
    .command("demo")
    .description("see the whole job on loopback: learn, change, detect, explain, deliver")
    .option("--keep <dir>", "keep the configuration and the state in this directory")
    .option("--nmap <path>", "the nmap to use", "nmap")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): DemoOptions }) =>
      done(await demo({ io, runtime }, command.optsWithGlobals())),
    );
}

async function demo(reader: Reader, options: DemoOptions): Promise<number> {
  const { keep } = options;
  if (keep !== undefined) return kept(reader, options, resolve(reader.io.cwd, keep));
  const temporary = demoDirectory(null);
  if (!temporary.ok) return refuse(reader.io, temporary.error);
  try {
    return await play(reader, options, { directory: temporary.value, kept: false });
  } finally {
    rmSync(temporary.value, { recursive: true, force: true });
  }
}

function kept(reader: Reader, options: DemoOptions, directory: string): Promise<number> | number {
  if (existsSync(join(directory, ".tripline")))
    return usage(reader.io, `${directory} already holds a state; choose an empty directory for --keep`);
  const made = demoDirectory(directory);
  return made.ok ? play(reader, options, { directory, kept: true }) : refuse(reader.io, made.error);
}

interface Where {
  readonly directory: string;
  readonly kept: boolean;
}

async function play(reader: Reader, options: DemoOptions, where: Where): Promise<number> {
  try {
    return await playScenes(reader, options, where);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    complain(
      reader.io,
      `tripline: a port of the demo is in use (${error.message}).\n  effect  The demo ends here.\n  fix     Stop the other demo, or free the port.`,
    );
    return EXIT.configInvalid;
  }
}

async function playScenes({ io, runtime }: Reader, options: DemoOptions, where: Where): Promise<number> {
  const tell = (document: TextDocument) => say(io, layOut(document, pageOf(io, options)));
  const played = await playDemo({
    runtime,
    directory: where.directory,
    nmap: options.nmap,
    signal: io.signal,
    show: (scene) => tell(sceneText(scene)),
  });
  if (!played.ok) return refuse(io, played.error);
  if (io.signal.aborted) return EXIT.interrupted;
  tell(resultsText(played.value));
  const code = judge(io, played.value);
  tell(nextText(where.kept ? where.directory : null));
  return code;
}

function refuse(io: CommandIo, failure: OperationFailure): number {
  complain(io, failureText(failure));
  return failure.exit;
}

/** A demo that leaves out a scene has failed, whatever else it showed. */
function judge(io: CommandIo, results: readonly SceneResult[]): number {
  const missing = results.filter((result) => result.missing !== null).length;
  if (missing === 0) return EXIT.done;
  complainOf(io, missingText(missing));
  return EXIT.partial;
}

function missingText(missing: number): TextDocument {
  return [
    lines(`tripline: ${counted(missing, "scene", "scenes")} of the demo could not be shown; the list above says why`),
    labelled([
      ["effect", "The demo is incomplete; nothing outside its directory was changed."],
      ["fix", "Run it again when the machine is less busy; `tripline doctor` checks nmap and its rights."],
    ]),
  ];
}

/** What to do next; `directory` is null when the demo's directory is removed. */
function nextText(directory: string | null): TextDocument {
  if (directory === null) return [verbatim("\nkeep them and look around with: tripline demo --keep ./demo")];
  const query = 'select(.event.kind=="alert") | [.event.severity, .event.action, .message] | @tsv';
  return [
    GAP,
    verbatim(`read them:   jq -r '${query}' ${join(directory, ".tripline", "events.ndjson")}`),
    verbatim(`look around: tripline anomalies list -c ${join(directory, "tripline.yaml")}`),
  ];
}
