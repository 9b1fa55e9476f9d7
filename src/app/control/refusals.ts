import type { OperationFailure } from "../failure.ts";
import { MOST_BYTES, VERSION } from "./protocol.ts";

/** Why the agent does not do what was asked of it. Nothing of it reaches the state. */
const NOTHING_DONE = "Nothing was changed; the agent continues.";

export const TOO_LARGE: OperationFailure = {
  code: "TL433",
  exit: 2,
  what: `the request has more than ${MOST_BYTES / 1024} KiB`,
  effect: NOTHING_DONE,
  fix: "Send less; no operation needs that much.",
};

export const TOO_SLOW: OperationFailure = {
  code: "TL434",
  exit: 2,
  what: "the request did not end in time",
  effect: NOTHING_DONE,
  fix: "Send it at once, then end the sending side of the connection.",
};

export function noRequest(problem: string): OperationFailure {
  return {
    code: "TL435",
    exit: 2,
    what: `what was sent is not a request: ${problem}`,
    effect: NOTHING_DONE,
    fix: "Send one JSON object with v, operation, state and input, in UTF-8.",
  };
}

export function unknownOperation(name: string, guess: string | null, known: readonly string[]): OperationFailure {
  const hint = guess === null ? `Known: ${known.join(", ")}.` : `Did you mean "${guess}"?`;
  return {
    code: "TL436",
    exit: 2,
    what: `the agent knows no operation ${JSON.stringify(name.slice(0, 60))}`,
    effect: NOTHING_DONE,
    fix: hint,
  };
}

export function refusedInput(name: string, problems: readonly string[]): OperationFailure {
  return {
    code: "TL437",
    exit: 2,
    what: `the input of "${name}" is wrong: ${problems.join("; ")}`,
    effect: NOTHING_DONE,
    fix: "Correct what is named and try again.",
  };
}

export function notProved(why: string): OperationFailure {
  return {
    code: "TL438",
    exit: 77,
    what: `the identity of the requester could not be proved: ${why}`,
    effect: NOTHING_DONE,
    fix: "Use a command of the same version, as a user who can write next to the socket.",
  };
}

export function tooMany(most: number): OperationFailure {
  return {
    code: "TL439",
    exit: 3,
    what: `the agent already has ${most} requests`,
    effect: NOTHING_DONE,
    fix: "Try again when some of them have finished.",
  };
}

export const STOPPING: OperationFailure = {
  code: "TL440",
  exit: 3,
  what: "the agent is stopping",
  effect: "Nothing was changed.",
  fix: "Repeat the command when the agent has stopped or has been restarted.",
};

/** A scan that somebody waited for. */
export const SCAN_CUT_SHORT: OperationFailure = {
  code: "TL451",
  exit: 3,
  what: "the agent stopped before the scan ended",
  effect: "Nothing was learned from that scan.",
  fix: "Run tripline scan again: without an agent the command scans by itself.",
};

export function otherState(asked: string, own: string): OperationFailure {
  return {
    code: "TL441",
    exit: 78,
    what: `the agent uses ${own}, not ${asked}`,
    effect: NOTHING_DONE,
    fix: "Use the -c and --state that the agent was started with.",
  };
}

export function otherVersion(theirs: number): OperationFailure {
  return {
    code: "TL442",
    exit: 78,
    what: `the command and the agent have different versions (control protocol ${theirs} and ${VERSION})`,
    effect: NOTHING_DONE,
    fix: "Restart the agent after an upgrade, or use the command of its version.",
  };
}

export function broke(reason: string): OperationFailure {
  return {
    code: "TL445",
    exit: 1,
    what: `the agent failed to do it: ${reason}`,
    effect: "Nothing from this request was kept; the agent continues.",
    fix: "Please report it with the log of the agent.",
  };
}
