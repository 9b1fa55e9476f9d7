import type { CycleRecord } from "../../domain/ports/stores.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { isoTime, parseDuration, parseMoment } from "../../lib/time.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk } from "./operation.ts";

/** Those that came to a verdict, the newest first. */
async function finishedScans({ store, loaded }: Pick<Desk, "store" | "loaded">): Promise<readonly CycleRecord[]> {
  const all = await store.history.cycles(loaded.config.segment, Number.MAX_SAFE_INTEGER);
  return all.filter(({ state }) => state !== "running" && state !== "interrupted");
}

/**
 * The scan that somebody means: its number, its id or an unambiguous beginning of it, `last`, `last-3`, or a time, which
 * means the newest scan that had ended then (`2027-03-01`, `7d`).
 */
async function pickScan(desk: Desk, word: string): Promise<Result<CycleRecord, OperationFailure>> {
  const scans = await finishedScans(desk);
  if (scans.length === 0)
    return err(refused("there is no finished scan yet", "Run tripline scan, or start the agent."));
  const back = /^last(?:-(\d{1,6}))?$/.exec(word);
  if (back !== null) return found(scans[Number(back[1] ?? 0)], () => tooFar(word, scans));
  if (/^\d{1,7}$/.test(word))
    return found(
      scans.find(({ scanNumber }) => scanNumber === Number(word)),
      () => noNumber(word, scans),
    );
  const span = parseDuration(word);
  const at = span === null ? parseMoment(word) : desk.runtime.clock.now() - span;
  if (at !== null)
    return found(
      scans.find((scan) => endOf(scan) <= at),
      () => nothingBefore(at, scans),
    );
  return byId(word, scans);
}

/** As {@link pickScan}, and what it saw must still be kept. */
export async function pickKeptScan(desk: Desk, word: string): Promise<Result<CycleRecord, OperationFailure>> {
  const picked = await pickScan(desk, word);
  if (!picked.ok) return picked;
  const kept = await desk.store.keeping.cyclesWithFacts();
  return kept.has(picked.value.id) ? picked : err(await notKept(desk, picked.value, kept));
}

/** Those whose facts are still there, the oldest first. */
export async function keptScans(desk: Desk): Promise<readonly CycleRecord[]> {
  const kept = await desk.store.keeping.cyclesWithFacts();
  return (await finishedScans(desk)).filter(({ id }) => kept.has(id)).toReversed();
}

function endOf({ startedAt, endedAt }: CycleRecord): number {
  return endedAt ?? startedAt;
}

function found(
  scan: CycleRecord | undefined,
  otherwise: () => OperationFailure,
): Result<CycleRecord, OperationFailure> {
  return scan === undefined ? err(otherwise()) : ok(scan);
}

function byId(word: string, scans: readonly CycleRecord[]): Result<CycleRecord, OperationFailure> {
  const matches = word === "" ? [] : scans.filter(({ id }) => id.startsWith(word.toLowerCase()));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return ok(only);
  if (matches.length > 1) return err(refused(`${matches.length} scans begin with "${word}"`, "Give more of the id."));
  return err(refused(`"${word}" names no scan`, FORMS));
}

const FORMS =
  "Name a scan by its number or id (tripline scans list), by last or last-1, or by a time such as 2027-03-01 or 7d.";

function noNumber(word: string, scans: readonly CycleRecord[]): OperationFailure {
  const [newest, oldest] = [scans[0], scans.at(-1)];
  const known = `finished scans have the numbers ${oldest?.scanNumber ?? 0} to ${newest?.scanNumber ?? 0}`;
  return refused(`there is no finished scan ${word}; ${known}`, "List them with tripline scans list.");
}

function tooFar(word: string, scans: readonly CycleRecord[]): OperationFailure {
  return refused(
    `${word} goes back too far: there are ${scans.length} finished scans`,
    "List them with tripline scans list.",
  );
}

function nothingBefore(at: number, scans: readonly CycleRecord[]): OperationFailure {
  const oldest = scans.at(-1);
  const since = oldest === undefined ? "" : `; the oldest ended at ${isoTime(endOf(oldest))}`;
  return refused(`no scan had ended at ${isoTime(at)}${since}`, "Name a later time.");
}

function refused(what: string, fix: string): OperationFailure {
  return { code: "TL520", exit: 2, what, effect: "Nothing was shown.", fix };
}

async function notKept(desk: Desk, scan: CycleRecord, kept: ReadonlySet<string>): Promise<OperationFailure> {
  const oldest = (await finishedScans(desk)).findLast(({ id }) => kept.has(id));
  const since =
    oldest === undefined ? "" : `; the oldest kept is scan ${oldest.scanNumber} of ${isoTime(oldest.startedAt)}`;
  return {
    code: "TL521",
    exit: 2,
    what: `what scan ${scan.scanNumber} of ${isoTime(scan.startedAt)} saw is no longer kept${since}`,
    effect: "Nothing was shown.",
    fix: "Name a later scan. store.keep_raw says how long scans are kept, store.max_raw and store.max_size how much room they have.",
  };
}
