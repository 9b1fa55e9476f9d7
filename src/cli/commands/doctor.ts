import { OPERATIONS } from "../../app/operations/registry.ts";
import { stateDirectory } from "../../config/settings.ts";
import type { DoctorCheck } from "../../report/model/doctor.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { type CommandIo, complain, type GlobalOptions, say } from "../io.ts";
import { printView } from "../print-result.ts";
import { reflow } from "../terminal/wrap.ts";
import { type CommandHost, configFor, usage } from "./command.ts";

const EXAMPLES = helpEnd({
  exits: {
    ...EXITS.config,
    [EXIT.done]: "everything is well",
    [EXIT.partial]: "something needs attention; each line has its effect and its fix",
    [EXIT.missingProgram]: "there is no nmap",
    [EXIT.interrupted]: "interrupted (143 by SIGTERM)",
  },
  examples: ["tripline doctor", "tripline doctor --explain TL102", "tripline doctor --explain port-opened"],
});

interface DoctorOptions extends GlobalOptions {
  readonly explain?: string;
}

/** `tripline doctor`: can it run here? Exit 0 yes, 3 degraded, 69 without nmap. */
export function addDoctor({ program, io, runtime, done }: CommandHost): void {
  program
    .command("doctor")
    .description("check nmap, rights, state, outputs and declarations; each problem comes with its fix")
    .option("--explain <what>", "explain a code (TL102) or an event action (port-opened), and what to do about it")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): DoctorOptions }) => {
      const options = command.optsWithGlobals();
      if (options.explain !== undefined) return done(await explain(io, options.explain));
      const loaded = configFor({ io, runtime }, options);
      if (!loaded.ok) {
        complain(io, loaded.error.text);
        return done(loaded.error.exit);
      }
      const directory = stateDirectory(loaded.value, options.state ?? null, io.cwd);
      const site = { runtime, loaded: loaded.value, stateDirectory: directory };
      const checks = await OPERATIONS.doctor.run(site, {}, { signal: io.signal });
      printView(io, options, { kind: "doctor", checks });
      return done(exitFor(checks));
    });
}

async function explain(io: CommandIo, what: string): Promise<number> {
  const { text, near } = await OPERATIONS.explain.run(null, { what }, { signal: io.signal });
  if (text === null) return usage(io, nothingAbout(what, near));
  say(io, reflow(text));
  return EXIT.done;
}

function nothingAbout(what: string, near: string | null): string {
  const hint = near === null ? "codes look like TL102, actions like port-opened" : `did you mean "${near}"?`;
  return `there is no code "${what}" and no event action of that name; ${hint}`;
}

function exitFor(checks: readonly DoctorCheck[]): number {
  if (checks.some((check) => check.code === "TL101")) return EXIT.missingProgram;
  return checks.some((check) => check.state !== "ok") ? EXIT.partial : EXIT.done;
}
