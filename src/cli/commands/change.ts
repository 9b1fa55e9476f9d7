import { STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { portRange } from "../../config/port-range.ts";
import { minuteText } from "../../domain/words.ts";
import { addressHint, parseCidr } from "../../lib/ip.ts";
import { ok } from "../../lib/result.ts";
import { parseDuration, parseMoment } from "../../lib/time.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import type { GlobalOptions } from "../io.ts";
import { printView } from "../print-result.ts";
import { act, type CommandHost, onState, usage } from "./command.ts";

interface ChangeOptions extends GlobalOptions {
  readonly host?: string;
  readonly network?: string;
  readonly group?: string;
  readonly ports?: string;
  readonly from?: string;
  readonly until?: string;
  readonly by?: string;
  readonly ticket?: string;
  readonly reason?: string;
}

const EXAMPLES = [
  "tripline change announce --host db1 --ports 80 --until 4h --by ops --ticket C7",
  "tripline change announce --group web --ports 80 --until 2h --by io --ticket C8",
];

/** `tripline change announce | list | cancel`: work that is about to be done, so that its news is no alert. */
export function addChange(host: CommandHost): void {
  const { program, done } = host;
  const change = program
    .command("change")
    .description("announce work, so that its news is explained and not an alert")
    .addHelpText("after", helpEnd({ exits: EXITS.change, examples: EXAMPLES }));
  change
    .command("announce")
    .description("news on these hosts and ports is explained by the ticket and learned")
    .option("--host <hosts>", "addresses, ranges or names, by comma; these may also appear")
    .option("--network <cidrs>", "every known host inside, by comma")
    .option("--group <tags>", "every known host with such a tag, by comma")
    .option("--ports <ports>", "like 8443,9000-9010,53/udp")
    .option("--from <time>", "when it begins: 2027-03-01T02:00Z, or 2h from now; by default now")
    .option("--until <time>", "when it ends: 4h, or a date; at most 7 days ahead (required)")
    .option("--by <name>", "who does it (required)")
    .option("--ticket <id>", "its ticket (required)")
    .addHelpText("after", helpEnd({ exits: EXITS.change, examples: EXAMPLES }))
    .action(async (_: unknown, command: { optsWithGlobals(): ChangeOptions }) =>
      done(await announce(host, command.optsWithGlobals())),
    );
  addLookups(host, change);
}

function addLookups(host: CommandHost, change: CommandHost["program"]): void {
  const { done } = host;
  change
    .command("list")
    .description("announced changes, with what each of them explained")
    .addHelpText(
      "after",
      helpEnd({ exits: EXITS.state, examples: ["tripline change list", "tripline change list --json"] }),
    )
    .action(async (_: unknown, command: { optsWithGlobals(): ChangeOptions }) =>
      done(await list(host, command.optsWithGlobals())),
    );
  change
    .command("cancel <id>")
    .description("withdraw an announcement: it explains nothing from now on")
    .option("--by <name>", "who withdraws it (required)")
    .option("--reason <text>", "why", "put off")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.change,
        examples: [
          "tripline change cancel 3fk2q7aa --by m.ops",
          `tripline change cancel 3fk2q7aa --by m.ops --reason "not tonight"`,
        ],
      }),
    )
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): ChangeOptions }) =>
      done(await cancel(host, command.optsWithGlobals(), id)),
    );
}

function announce({ io, runtime }: CommandHost, options: ChangeOptions): Promise<number> {
  const { by, ticket, until: end } = options;
  const fail = (problem: string) => Promise.resolve(usage(io, problem));
  if (by === undefined || ticket === undefined || end === undefined)
    return fail("change announce needs --until, --by and --ticket");
  const [hosts, networks, groups, ports] = [options.host, options.network, options.group, options.ports].map(listOf);
  if ([hosts, networks, groups].every((one) => one?.length === 0))
    return fail("name at least one of --host, --network, --group");
  const wrong = wrongPlace(options) ?? wrongPorts(options);
  if (wrong !== null) return fail(wrong);
  const now = runtime.clock.now();
  const until = momentOf(end, now);
  if (until === null) return fail(`--until takes a duration like 4h or a date like 2027-03-01, got "${end}"`);
  const from = options.from === undefined ? undefined : momentOf(options.from, now);
  if (from === null) return fail(`--from takes a date like 2027-03-01T02:00Z or 2h, got "${options.from}"`);
  return act({ io, runtime }, STATE_OPERATIONS.announce, {
    globals: options,
    input: {
      hosts: hosts ?? [],
      networks: networks ?? [],
      groups: groups ?? [],
      ports: ports ?? [],
      ...(from === undefined ? {} : { from }),
      until,
      by,
      ticket,
    },
    done: (made) => `announced until ${minuteText(made.until)} with ${made.ticket} (change ${made.id.slice(0, 8)})`,
  });
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function momentOf(text: string, now: number): number | null {
  const span = parseDuration(text);
  return span === null ? parseMoment(text) : now + span;
}

function wrongPlace({ host, network }: ChangeOptions): string | null {
  const wide = listOf(host).find((one) => one.includes("/"));
  if (wide !== undefined) return `--host names hosts one by one; "${wide}" is a network: use --network`;
  const bad = listOf(network).find((one) => parseCidr(one) === null);
  if (bad !== undefined) return `--network takes a CIDR like 10.20.0.0/24, got "${bad}"`;
  const hint = listOf(host)
    .map(addressHint)
    .find((one) => one !== null);
  return hint === undefined || hint === null ? null : `--host: ${hint}`;
}

function wrongPorts({ ports, host }: ChangeOptions): string | null {
  const bad = listOf(ports).find((one) => portRange(one) === null);
  if (bad !== undefined) return `--ports looks like 8443,9000-9010,53/udp, got "${bad}"`;
  if (listOf(ports).length > 0 || listOf(host).length > 0) return null;
  return "--ports is needed: without it, only hosts that are named with --host may appear";
}

function list({ io, runtime }: CommandHost, options: ChangeOptions): Promise<number> {
  return onState({ io, runtime, globals: options }, async ({ loaded, store }) => {
    const changes = await store.history.changes(loaded.config.segment, 200);
    printView(io, options, { kind: "changes", changes });
    return ok(EXIT.done);
  });
}

function cancel({ io, runtime }: CommandHost, options: ChangeOptions, id: string): Promise<number> {
  const { by, reason = "put off" } = options;
  if (by === undefined) return Promise.resolve(usage(io, "change cancel needs --by: who withdraws it"));
  return act({ io, runtime }, STATE_OPERATIONS.cancelChange, {
    globals: options,
    input: { id, by, reason },
    done: (cancelled) => `change ${cancelled.id.slice(0, 8)} (${cancelled.ticket}) cancelled`,
  });
}
