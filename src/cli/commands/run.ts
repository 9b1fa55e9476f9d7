import { startAgent } from "../../app/agent/agent.ts";
import { createRuntime } from "../../app/runtime.ts";
import { failureText } from "../../app/failure.ts";
import { stateDirectory } from "../../config/settings.ts";
import type { LogLevel } from "../../telemetry/logger.ts";
import { startHealthServer } from "../../web/health-server.ts";
import { EXIT, EXITS, exitCodeOf } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { complain, type GlobalOptions } from "../io.ts";
import { type CommandHost, configFor, readConfig, type Reader } from "./command.ts";

interface RunOptions extends GlobalOptions {
  readonly once?: boolean;
  readonly web: boolean;
}

const EXAMPLES = helpEnd({
  exits: {
    ...EXITS.change,
    [EXIT.done]: "done (with --once)",
    [EXIT.partial]: "with --once: the cycle was partial, failed or degraded",
    [EXIT.outputUnreachable]: "with --once: an output does not have every event; they are kept",
    [EXIT.missingProgram]: "a needed program is missing",
    [EXIT.configInvalid]: "the configuration or the state cannot be used, or another agent holds it",
    [EXIT.interrupted]: "stopped by SIGINT (143 by SIGTERM)",
  },
  examples: [
    "tripline run -c /etc/tripline/tripline.yaml",
    "tripline run --once --no-web",
    ["kill -HUP PID", "reads the configuration again, as tripline reload does; an invalid one changes nothing"],
  ],
});

/** `tripline run`: the agent. Reads its configuration again at SIGHUP. Ends with 143 or 130 by the signal that stopped it. */
export function addRun({ program, io, runtime, done }: CommandHost): void {
  program
    .command("run")
    .description("the agent: scans on schedule, delivers events, serves /healthz and /metrics on loopback")
    .option("--once", "run one cycle, deliver its events, and stop")
    .option("--no-web", "do not serve health and metrics")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): RunOptions }) =>
      done(await run({ io, runtime }, command.optsWithGlobals())),
    );
}

async function run({ io, runtime }: Reader, options: RunOptions): Promise<number> {
  const loaded = configFor({ io, runtime }, options);
  if (!loaded.ok) {
    complain(io, loaded.error.text);
    return loaded.error.exit;
  }
  let reload: (() => Promise<unknown>) | null = null;
  // From here on, or a signal that comes while the agent starts would end it.
  if (options.once !== true) io.onHangup?.(() => void reload?.());
  const format = options.logFormat ?? "pretty";
  const log = { level: levelOf(options), format, write: (line: string) => void io.stderr.write(line) };
  const logging = createRuntime({ log });
  const directory = stateDirectory(loaded.value, options.state ?? null, io.cwd);
  const agent = await startAgent(
    {
      runtime: logging,
      loaded: loaded.value,
      stateDirectory: directory,
      once: options.once === true,
      reread: () => readConfig({ io, runtime }, options),
      serve: options.web ? startHealthServer : null,
    },
    io.signal,
  );
  if (!agent.ok) {
    complain(io, failureText(agent.error));
    return agent.error.exit;
  }
  reload = () => agent.value.reload();
  const { segment, targets } = loaded.value.config;
  const fields = {
    segment,
    targets,
    state: directory,
    health: agent.value.healthUrl,
    control: agent.value.controlSocket,
  };
  logging.telemetry.happened("agent-started", { fields });
  const { incomplete, undelivered } = await agent.value.stopped;
  logging.telemetry.happened("agent-stopped");
  if (options.once !== true) return EXIT.done;
  return exitCodeOf({ partial: incomplete, undelivered, findings: false, strict: false });
}

function levelOf(options: RunOptions): LogLevel {
  if (options.quiet === true) return "error";
  return (options.verbose ?? 0) > 0 ? "debug" : "info";
}
