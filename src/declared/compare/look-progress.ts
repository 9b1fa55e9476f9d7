import type {
  DeclaredSource,
  DeclaredState,
  EvaluatedState,
  FirstLook,
  HostsOfSource,
} from "../../domain/declaration.ts";
import type { DriftReport } from "./drift.ts";
import { endpointOf, type FormerLooks, isFirstLook, type LookedAt, type Looks, NO_FIRST_LOOK } from "./first-look.ts";
import { indexDeclarations } from "../bind/index-declarations.ts";
import { type FirstLookAt, firstLooksAt } from "./summary.ts";

/** A first look that cannot be completed is over after so many cycles: what appears then must be reported. */
const MOST_LOOKS = 3;

/** Its hosts: every one that was seen, and those that are known and were not reached. */
export interface LookInput extends Looks {
  readonly now: DeclaredState;
  readonly before: EvaluatedState | null;
  readonly report: DriftReport;
  /** complete: the whole scope was asked and silence means something. aside: only a part was asked, on purpose. */
  readonly scan: "complete" | "incomplete" | "aside";
  readonly degraded: boolean;
}

export interface LookProgress {
  /** What to keep for the next cycle; null: what is kept already. */
  readonly keep: EvaluatedState | null;
  /** One entry per source whose first look ended now and found something. */
  readonly summaries: readonly FirstLookAt[];
}

/** Nothing is declared any more: what is declared again later is looked at for the first time again. */
export function forget(before: EvaluatedState | null): EvaluatedState | null {
  return before === null || before.sources.length === 0 ? null : NOTHING;
}

const NOTHING: EvaluatedState = { declarations: [], sources: [] };

/** How far the first look has come with this cycle. Pure. */
export function progressOf(input: LookInput): LookProgress {
  const { now, before, report } = input;
  const looks = before?.firstLook?.looks ?? 0;
  const whole = input.scan === "complete" && !input.degraded && !report.incomplete;
  const missing = missingEndpoints(input);
  if (whole || (input.scan !== "aside" && !isSameDeclared(now, before) && looks + 1 >= MOST_LOOKS)) {
    const firstLook = { ...NO_FIRST_LOOK, compared: comparedSoFar(input), unmeasured: unreached(input), missing };
    return { keep: withLook(now, firstLook), summaries: firstLooksAt(input) };
  }
  const keep = withLook(before ?? NOTHING, { ...soFar(input), missing });
  return { keep: JSON.stringify(keep) === JSON.stringify(before ?? NOTHING) ? null : keep, summaries: [] };
}

/** Where nothing is left over there is nothing to keep. */
function withLook({ declarations, sources }: DeclaredState, firstLook: FirstLook): EvaluatedState {
  const { looks, compared, unmeasured, missing, told } = firstLook;
  const empty = looks === 0 && [compared, unmeasured, missing, told].every((list) => list.length === 0);
  if (empty) return { declarations, sources };
  return { declarations, sources, firstLook: { looks, compared, unmeasured, missing, told } };
}

/** A look that does not complete the evaluation; where nothing new is declared there is nothing to complete. */
function soFar(input: LookInput): Omit<FirstLook, "missing"> {
  const { now, before, former, hosts, report, scan } = input;
  const last = before?.firstLook ?? NO_FIRST_LOOK;
  const measured = [...hosts.values()].filter((host) => host.measured);
  const reached = new Set(measured.map((host) => host.address));
  const unmeasured = prune(last.unmeasured, reached);
  if (isSameDeclared(now, before)) {
    return { looks: 0, compared: report.incomplete ? last.compared : [], unmeasured, told: [] };
  }
  const fresh = report.incomplete ? [] : claimsOn(now, measured, former);
  return {
    looks: last.looks + (scan === "aside" ? 0 : 1),
    compared: merge([...last.compared, ...fresh]),
    unmeasured,
    told: now.sources.filter((source) => source.state !== "read").map(({ file, state }) => ({ file, state })),
  };
}

/** A source that stays unreadable must not make the others forget what they compared before. */
function comparedSoFar({ report, former, hosts }: LookInput): readonly HostsOfSource[] {
  if (!report.incomplete) return [];
  return merge(
    [...hosts.values()].flatMap((host) => [...former.compared(host)].map((file) => ({ file, hosts: [host.address] }))),
  );
}

/** Whether the sources are as they were when they were last evaluated. */
export function isSameDeclared(now: DeclaredState, before: EvaluatedState | null): boolean {
  const text = (sources: readonly DeclaredSource[]) =>
    JSON.stringify(sources.map(({ file, state, digest, completeFor }) => [file, state, digest, completeFor]));
  return before !== null && text(now.sources) === text(before.sources);
}

/** Hosts that this evaluation did not reach stay unlooked at for the sources that never compared them. */
function unreached({ now, former, hosts }: LookInput): readonly HostsOfSource[] {
  const missed = [...hosts.values()].filter((host) => !host.measured);
  return merge(claimsOn(now, missed, former));
}

/** Per file that claims them: the hosts that it was not compared with before. */
function claimsOn(now: DeclaredState, hosts: readonly LookedAt[], former: FormerLooks): readonly HostsOfSource[] {
  const index = indexDeclarations(now);
  return hosts.flatMap((host) => {
    const compared = former.compared(host);
    const files = index.claims(host).map((place) => place.file);
    return files.filter((file) => !compared.has(file)).map((file) => ({ file, hosts: [host.address] }));
  });
}

function merge(all: readonly HostsOfSource[]): readonly HostsOfSource[] {
  const byFile = Map.groupBy(all, (one) => one.file);
  return [...byFile].map(([file, ones]) => ({ file, hosts: [...new Set(ones.flatMap((one) => one.hosts))] }));
}

function prune(all: readonly HostsOfSource[], gone: ReadonlySet<string>): readonly HostsOfSource[] {
  const left = all.map(({ file, hosts }) => ({ file, hosts: hosts.filter((host) => !gone.has(host)) }));
  return left.filter(({ hosts }) => hosts.length > 0);
}

/**
 * Absence is reported some covered sightings after it was first seen. What was missing at the first look is still
 * part of the inventory by then, until it is seen open.
 */
function missingEndpoints(input: LookInput): readonly string[] {
  const { before, report, hosts, degraded } = input;
  const last = before?.firstLook?.missing ?? [];
  if (degraded) return last;
  const absent = report.findings.filter((finding) => finding.absence);
  const still = new Set(absent.map(endpointOf));
  const looked = (endpoint: string) => hosts.get(endpoint.split(" ")[0] ?? "")?.covered === true;
  const first = absent.filter((finding) => isFirstLook(finding, input));
  return [...new Set([...last.filter((e) => still.has(e) || !looked(e)), ...first.map(endpointOf)])];
}
