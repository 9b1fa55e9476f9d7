import type { Command } from "commander";
import { STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { configuredMutes } from "../../config/settings.ts";
import { isServicePort } from "../../config/values.ts";
import { ANOMALY_KINDS, type AnomalyKind } from "../../domain/kinds/catalogue.ts";
import { addressHint, parseCidr } from "../../lib/ip.ts";
import { ok } from "../../lib/result.ts";
import { isoTime } from "../../lib/time.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import type { GlobalOptions } from "../io.ts";
import { suggestion, wholeNumber } from "../option-values.ts";
import { printView } from "../print-result.ts";
import { act, type CommandHost, onState, usage } from "./command.ts";
import { untilOf } from "./until.ts";

interface MuteOptions extends GlobalOptions {
  readonly id?: string;
  readonly host?: string;
  readonly port?: string;
  readonly kind?: string;
  readonly reason?: string;
  readonly until?: string;
  readonly by?: string;
}

const EXAMPLES = helpEnd({
  exits: EXITS.change,
  examples: [
    `tripline mute add --id kaajroxe --until 7d --reason "CHG-4711" --by m.analyst`,
    `tripline mute add --host 10.20.0.15 --until 2h --reason "deploy" --by soc`,
  ],
});

/** `tripline mute add | list | rm`: no alerts until a date, with a reason and an owner. */
export function addMuteCommand(host: CommandHost): void {
  const { program, done } = host;
  const mute = program.command("mute").description("do not alert until a date").addHelpText("after", EXAMPLES);
  mute
    .command("add")
    .description("add a mute; needs --reason, --until, --by and at least one of --id, --host, --port, --kind")
    .option("--id <anomaly>", "this anomaly")
    .option("--host <address>", "this address or CIDR")
    .option("--port <port>", "this port, like 8443/tcp")
    .option("--kind <kind>", "this kind of anomaly")
    .option("--reason <text>", "why (required)")
    .option("--until <time>", "when it ends: 7d, or 2027-03-01 (required, at most a year ahead)")
    .option("--by <name>", "who asks (required)")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.change,
        examples: [
          `tripline mute add --id kaajroxe --until 7d --reason "CHG-4711" --by m.analyst`,
          `tripline mute add --host 10.20.0.15 --until 2h --reason "deploy" --by soc`,
        ],
      }),
    )
    .action(async (_: unknown, command: { optsWithGlobals(): MuteOptions }) =>
      done(await add(host, command.optsWithGlobals())),
    );
  mute
    .command("list")
    .description("all mutes, from the configuration and from commands")
    .addHelpText(
      "after",
      helpEnd({ exits: EXITS.state, examples: ["tripline mute list", "tripline mute list --json"] }),
    )
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await list(host, command.optsWithGlobals())),
    );
  addCheck(mute, host);
  mute
    .command("rm <id>")
    .description("remove a mute that a command added; remove one of the configuration in the file")
    .option("--by <name>", "who asks (required)")
    .option("--reason <text>", "why", "no longer needed")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.change,
        examples: [
          `tripline mute rm 3fk2q7aa --by m.analyst`,
          `tripline mute rm 3fk2q7aa --by soc --reason "deploy is over"`,
        ],
      }),
    )
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): MuteOptions }) =>
      done(await remove(host, command.optsWithGlobals(), id)),
    );
}

function addCheck(mute: Command, host: CommandHost): void {
  const { done } = host;
  mute
    .command("check")
    .description("what each mute hides, and which are dead, expired or too wide")
    .option("--wide <percent>", "too wide above this share of hosts or anomalies (default 25)", wholeNumber)
    .option("--strict", "exit with 3 when a mute is dead, expired or too wide")
    .addHelpText("after", CHECK_HELP)
    .action(async (_: unknown, command: { optsWithGlobals(): CheckOptions }) =>
      done(await check(host, command.optsWithGlobals())),
    );
}

interface CheckOptions extends GlobalOptions {
  readonly wide?: number;
  readonly strict?: boolean;
}

const CHECK_HELP = helpEnd({
  exits: { ...EXITS.state, [EXIT.partial]: "a mute is dead, expired or too wide (only with --strict)" },
  examples: ["tripline mute check", "tripline mute check --strict --wide 10"],
});

function check({ io, runtime }: CommandHost, options: CheckOptions): Promise<number> {
  const { wide = 25, strict = false } = options;
  if (wide > 100) return Promise.resolve(usage(io, `--wide takes a percentage from 1 to 100, got ${wide}`));
  return onState({ io, runtime, globals: options }, async (desk) => {
    const found = await STATE_OPERATIONS.muteCheck.run(desk, { wide }, { signal: io.signal });
    if (!found.ok) return found;
    printView(io, options, { kind: "mute-check", mutes: found.value });
    return ok(strict && found.value.some((one) => one.state !== "ok") ? EXIT.partial : EXIT.done);
  });
}

function wrongMatch(options: MuteOptions): string | null {
  const { id, host, port, kind } = options;
  if (id === undefined && host === undefined && port === undefined && kind === undefined)
    return "name at least one of --id, --host, --port, --kind";
  if (host !== undefined && parseCidr(host) === null) return wrongHost(host);
  if (port !== undefined && !isServicePort(port)) return `--port looks like 8443/tcp, got "${port}"`;
  if (kind !== undefined && asKind(kind) === undefined) return wrongKind(kind);
  return null;
}

function wrongKind(text: string): string {
  return `--kind takes a kind of anomaly, got "${text}"${suggestion(text, ANOMALY_KINDS) || `: one of ${ANOMALY_KINDS.join(", ")}`}`;
}

function wrongHost(text: string): string {
  const hint = addressHint(text);
  return `--host takes an address or CIDR, got "${text}"${hint === null ? "" : `: ${hint}`}`;
}

function asKind(text: string | undefined): AnomalyKind | undefined {
  return ANOMALY_KINDS.find((kind) => kind === text);
}

async function add({ io, runtime }: CommandHost, options: MuteOptions): Promise<number> {
  const { reason, by, until: text, id } = options;
  if (reason === undefined || by === undefined || text === undefined)
    return usage(io, "mute add needs --reason, --until and --by");
  const until = untilOf(text, runtime.clock.now());
  if (typeof until === "string") return usage(io, until);
  const wrong = wrongMatch(options);
  if (wrong !== null) return usage(io, wrong);
  const { host, port } = options;
  return act({ io, runtime }, STATE_OPERATIONS.mute, {
    globals: options,
    input: { id, host, port, kind: asKind(options.kind), until, reason, by },
    done: (mute) => `muted until ${isoTime(mute.until)} (mute ${mute.id.slice(0, 8)})`,
  });
}

function list({ io, runtime }: CommandHost, options: GlobalOptions): Promise<number> {
  return onState({ io, runtime, globals: options }, async ({ loaded, store }) => {
    const mutes = [...configuredMutes(loaded), ...(await store.cycles.loadMutes())];
    printView(io, options, { kind: "mutes", mutes });
    return ok(EXIT.done);
  });
}

async function remove({ io, runtime }: CommandHost, options: MuteOptions, id: string): Promise<number> {
  const { by, reason = "no longer needed" } = options;
  if (by === undefined) return usage(io, "mute rm needs --by: who asks");
  return act({ io, runtime }, STATE_OPERATIONS.unmute, {
    globals: options,
    input: { id, by, reason },
    done: (removed) => `mute ${removed.id.slice(0, 8)} removed`,
  });
}
