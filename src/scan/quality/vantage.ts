import type { VantageProblem, VantageVerdict } from "../../domain/cycle.ts";
import type { VantageControl } from "../../domain/vantage.ts";
import type { PortFlips } from "./flips.ts";

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
  readonly gatewayMac: { readonly before: string | null; readonly now: string | null };
  readonly flips: PortFlips;
  /** Of the hosts that are up, those that answer on most of what was asked although that is not normal. */
  readonly everywhere: { readonly hosts: number; readonly up: number };
  /** Median round trip of the hosts that are up, and how many tell one. */
  readonly srtt: { readonly before: number | null; readonly now: number | null; readonly hosts: number };
  readonly controls: readonly VantageControl[];
}

/** Few hosts vanish together by chance; below five hosts a share says nothing. */
const MAX_VANISHED_SHARE = 0.3;
const FEWEST_HOSTS = 5;
/** Known open ports that turn silent at once: more than this share, and not on one or two hosts that got a filter. */
const MAX_SILENT_SHARE = 0.3;
const FEWEST_PORTS = 10;
const FEWEST_FLIPPED_HOSTS = 3;
/** Hosts that answer everywhere together: fewer are what they are, a tarpit or a fallen firewall of their own. */
const FEWEST_INTERCEPTED = 3;
const MIN_INTERCEPTED_SHARE = 0.5;
/** A network this much slower loses probes; below the least difference it is a busy machine, not a busy network. */
const MAX_SLOWER = 5;
const LEAST_SLOWER_MICROS = 20_000;

/**
 * May absence be believed in this cycle? A blind or moved sensor sees hosts vanish that are all well; then the baseline
 * is frozen and one degraded event is reported instead of hundreds.
 */
export function judgeVantage(input: VantageInput): VantageVerdict {
  const found = [
    vanished(input),
    moved(input),
    rerouted(input),
    nameless(input),
    intercepted(input),
    silenced(input),
    slow(input),
    ...failedControls(input.controls),
  ];
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

/** The verdict holds as long as the baseline knows them; only a person can say that it is not an outage. */
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

function rerouted({ gatewayMac: { before, now } }: VantageInput): Found {
  if (before === null || now === null || before === now) return null;
  return { problem: "gateway-changed", text: `the gateway is now ${now}, before ${before}` };
}

function silenced({ flips: { measured, silent, hosts } }: VantageInput): Found {
  const few = measured < FEWEST_PORTS || hosts < FEWEST_FLIPPED_HOSTS;
  if (few || silent <= measured * MAX_SILENT_SHARE) return null;
  return { problem: "ports-silent", text: `${silent} of ${measured} known open ports turned silent at once` };
}

/** Nothing that was seen through it is about the hosts behind it. */
function intercepted({ everywhere: { hosts, up } }: VantageInput): Found {
  if (hosts < FEWEST_INTERCEPTED || hosts < up * MIN_INTERCEPTED_SHARE) return null;
  return {
    problem: "path-intercepted",
    text: `${hosts} of ${up} addresses answer on most ports: a middlebox on the path answers for them (SYN proxy, tarpit, captive portal)`,
  };
}

function slow({ srtt: { before, now, hosts } }: VantageInput): Found {
  if (before === null || now === null || hosts < FEWEST_HOSTS) return null;
  if (now <= before * MAX_SLOWER || now - before < LEAST_SLOWER_MICROS) return null;
  const ms = (micros: number) => `${Math.round(micros / 1000)} ms`;
  return { problem: "answers-slow", text: `hosts answer after ${ms(now)}, usually after ${ms(before)}` };
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
