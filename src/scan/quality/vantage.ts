import type { VantageProblem, VantageVerdict } from "../../domain/cycle.ts";

/** A control: something that must be found if the vantage works. */
export interface VantageControl {
  readonly name: string;
  readonly result: "ok" | "failed" | "not-applicable";
  /** What was seen instead, for the sentence. */
  readonly detail: string | null;
}

export interface VantageInput {
  /** Hosts that the baseline believes to be up, and has seen since it began to learn. */
  readonly baselineUp: readonly { readonly id: string; readonly address: string }[];
  /** Ids of the hosts that answered in this cycle. */
  readonly up: ReadonlySet<string>;
  /** Ids of baseline hosts about which this cycle says nothing (not planned, partial run): they count on no side. */
  readonly unmeasured: ReadonlySet<string>;
  /** Among the hosts up now: how many had a name before, and how many have one now. */
  readonly names: { readonly before: number; readonly now: number };
  /** Null when unknown, as in recorded files. */
  readonly sourceAddress: { readonly before: string | null; readonly now: string | null };
  readonly controls: readonly VantageControl[];
}

/** Few hosts vanish together by chance; below five hosts a share says nothing. */
const MAX_VANISHED_SHARE = 0.3;
const FEWEST_HOSTS = 5;

/**
 * May absence be believed in this cycle? A blind or moved sensor sees hosts vanish that are all well; then the baseline
 * is frozen and one degraded event is told instead of hundreds.
 */
export function judgeVantage(input: VantageInput): VantageVerdict {
  const found = [vanished(input), moved(input), nameless(input), ...failedControls(input.controls)];
  const problems = found.filter((problem) => problem !== null);
  return {
    state: problems.length === 0 ? "ok" : "degraded",
    problems: [...new Set(problems.map((problem) => problem.problem))],
    reason: problems.length === 0 ? null : problems.map((problem) => problem.text).join("; "),
    notApplicable: [
      ...input.controls.filter((control) => control.result === "not-applicable").map((control) => control.name),
      ...(input.sourceAddress.now === null ? ["source-address"] : []),
    ],
  };
}

/** The verdict holds as long as the baseline knows them; only a person can say that it is no outage. */
const WAY_OUT = ' (if they were taken away for good: tripline baseline learn --reason "…" --by …)';

type Found = { readonly problem: VantageProblem; readonly text: string } | null;

function vanished(input: VantageInput): Found {
  const asked = input.baselineUp.filter((host) => !input.unmeasured.has(host.id));
  const gone = asked.filter((host) => !input.up.has(host.id));
  if (asked.length < FEWEST_HOSTS || gone.length <= asked.length * MAX_VANISHED_SHARE) return null;
  return {
    problem: "hosts-vanished",
    text: `${gone.length} of ${asked.length} known hosts vanished at once${WAY_OUT}`,
  };
}

function moved({ sourceAddress: { before, now } }: VantageInput): Found {
  if (before === null || now === null || before === now) return null;
  return { problem: "source-address-changed", text: `scans now come from ${now}, before from ${before}` };
}

function nameless({ names }: VantageInput): Found {
  if (names.before < FEWEST_HOSTS || names.now > 0) return null;
  return { problem: "names-vanished", text: `none of the ${names.before} hosts that had names has one: DNS outage?` };
}

function failedControls(controls: readonly VantageControl[]): readonly Found[] {
  return controls
    .filter((control) => control.result === "failed")
    .map((control) => ({
      problem: control.name === "link" ? "link-down" : "control-failed",
      text: `control ${control.name} failed${control.detail === null ? "" : `: ${control.detail}`}`,
    }));
}
