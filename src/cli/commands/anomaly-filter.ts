import type { Command } from "commander";
import { ANOMALY_STATES } from "../../domain/anomaly.ts";
import { didYouMean } from "../../config/suggest.ts";
import { type AnomalyFilter, hostProblem } from "../../domain/anomaly-filter.ts";
import { ANOMALY_KINDS } from "../../domain/kinds/catalogue.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { parseDuration, parseMoment } from "../../lib/time.ts";
import { suggestion } from "../option-values.ts";

/** As they are written on the command line. */
export interface FilterOptions {
  readonly severity?: string;
  readonly host?: string;
  readonly kind?: string;
  readonly since?: string;
  readonly inState?: string;
  /** The state directory, or states: see {@link withoutStates}. */
  readonly state?: string;
}

const SEVERITIES = ["critical", "high", "medium", "low"] as const;

/** Options that name anomalies, the same for every command that takes them; all that are given must fit. */
export function addFilterOptions(command: Command): Command {
  return command
    .option("--severity <list>", "only these, such as critical,high")
    .option("--host <host>", "only on this address, network (CIDR) or name")
    .option("--kind <list>", "only these kinds, such as port-opened,banner-changed")
    .option("--since <time>", "only those seen within this time, such as 24h")
    .option("--in-state <list>", "only in these states, such as open,muted; --state takes such words too");
}

/**
 * `--state open` means the state of an anomaly although `--state` names the state directory everywhere else: nobody has a
 * directory of that name, and who has writes `./open`. The options without it, for what needs the directory.
 */
export function withoutStates<O extends FilterOptions>(options: O): Omit<O, "state"> & { readonly state?: string } {
  const { state, ...others } = options;
  return state === undefined || namesStates(state) ? others : { ...others, state };
}

function namesStates(text: string): boolean {
  const words = text.split(",").map((word) => word.trim().toLowerCase());
  const known = (word: string) => ANOMALY_STATES.some((state) => state === word);
  return words.every(known) || (!/[./]/.test(text) && words.some((word) => didYouMean(word, ANOMALY_STATES) !== null));
}

function statesOf({ inState, state }: FilterOptions): string | undefined {
  return inState ?? (state !== undefined && namesStates(state) ? state : undefined);
}

/** The filter that the options say, or what is wrong with one of them. */
export function filterOf(options: FilterOptions, now: number): Result<AnomalyFilter, string> {
  const severity = wordsOf("--severity", options.severity, SEVERITIES);
  const kind = wordsOf("--kind", options.kind, ANOMALY_KINDS);
  const state = wordsOf(options.inState === undefined ? "--state" : "--in-state", statesOf(options), ANOMALY_STATES);
  const since = sinceOf(options.since, now);
  const host = hostOf(options.host);
  for (const one of [severity, host, kind, since, state]) if (!one.ok) return one;
  return ok({
    ...given("severity", severity),
    ...given("host", host),
    ...given("kind", kind),
    ...given("since", since),
    ...given("state", state),
  });
}

function given<K extends string, T>(name: K, value: Result<T | undefined, string>): { readonly [key in K]?: T } {
  return value.ok && value.value !== undefined ? ({ [name]: value.value } as { readonly [key in K]?: T }) : {}; // One key.
}

function wordsOf<W extends string>(
  flag: string,
  text: string | undefined,
  known: readonly W[],
): Result<readonly W[] | undefined, string> {
  if (text === undefined) return ok(undefined);
  const words: W[] = [];
  for (const word of text.split(",").map((one) => one.trim())) {
    const found = known.find((one) => one === word.toLowerCase());
    if (found === undefined)
      return err(`${flag} does not know "${word}"${suggestion(word, known) || `; known: ${known.join(", ")}`}`);
    words.push(found);
  }
  return ok(words);
}

function hostOf(text: string | undefined): Result<string | undefined, string> {
  const problem = text === undefined ? null : hostProblem(text);
  return problem === null ? ok(text) : err(`--host takes an address, a network or a name, got "${text}": ${problem}`);
}

function sinceOf(text: string | undefined, now: number): Result<number | undefined, string> {
  if (text === undefined) return ok(undefined);
  const span = parseDuration(text);
  const at = span === null ? parseMoment(text) : now - span;
  return at === null ? err(`--since takes a duration like 24h or a date like 2027-03-01, got "${text}"`) : ok(at);
}
