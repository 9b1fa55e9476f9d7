import { connect, type Socket } from "node:net";
import { dirname } from "node:path";
import { systemCode, systemReason } from "../../lib/files.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { sleep } from "../../lib/time.ts";
import type { OperationFailure } from "../failure.ts";
import { lineReader, type NextLine } from "./line-reader.ts";
import { leaveProof } from "./proof.ts";
import { ANSWER, type ControlRequest, HELLO, parsed, VERSION } from "./protocol.ts";
import { otherVersion } from "./refusals.ts";

export interface Ask {
  readonly socket: string;
  readonly request: Omit<ControlRequest, "v">;
  /** Aborts when the user does not want to wait any longer. */
  readonly signal: AbortSignal;
  /** Longest until the agent says something, ms. */
  readonly patienceMs?: number;
}

/** An agent that works greets at once; one that was stopped or hangs does not. */
const GREETING_MS = 10_000;

/** One request to the agent behind a socket; null: nobody listens there. The value is unchecked. */
export async function askSocket(ask: Ask): Promise<Result<unknown, OperationFailure> | null> {
  const reached = await connected(ask.socket);
  if (!reached.ok) return reached.error === null ? null : err(reached.error);
  const socket = reached.value;
  const stop = () => socket.destroy();
  ask.signal.addEventListener("abort", stop, { once: true });
  try {
    return await converse(ask, socket);
  } finally {
    ask.signal.removeEventListener("abort", stop);
    socket.destroy();
  }
}

function connected(path: string): Promise<Result<Socket, OperationFailure | null>> {
  return new Promise((resolve) => {
    const socket = connect({ path, allowHalfOpen: true });
    socket.once("connect", () => resolve(ok(socket)));
    socket.on("error", (error) => resolve(err(systemCode(error) === "EACCES" ? notAllowed(error) : null)));
  });
}

async function converse(ask: Ask, socket: Socket): Promise<Result<unknown, OperationFailure>> {
  const next = lineReader(socket);
  const greeting = await greeted(next, ask);
  if (!greeting.ok) return greeting;
  const proof = proved(dirname(ask.socket), greeting.value);
  if (!proof.ok) return proof;
  try {
    socket.end(JSON.stringify({ v: VERSION, ...ask.request }));
    const last = await next();
    return last === null ? err(noAnswer(ask.signal.aborted)) : answered(last);
  } finally {
    proof.value();
  }
}

/** The nonce to prove with. An agent that has no time says so instead. */
async function greeted(
  next: NextLine,
  { signal, patienceMs = GREETING_MS }: Ask,
): Promise<Result<string, OperationFailure>> {
  const waited = new AbortController();
  const first = await Promise.race([
    next(),
    sleep(patienceMs, AbortSignal.any([signal, waited.signal])).then(() => null),
  ]);
  waited.abort();
  if (first === null) return err(silent(signal.aborted));
  const hello = HELLO.safeParse(parsed(first));
  if (hello.success) return hello.data.v === VERSION ? ok(hello.data.nonce) : err(otherVersion(hello.data.v));
  const refused = answered(first);
  return refused.ok ? err(NOT_UNDERSTOOD) : refused;
}

function answered(text: string): Result<unknown, OperationFailure> {
  const answer = ANSWER.safeParse(parsed(text));
  if (!answer.success) return err(NOT_UNDERSTOOD);
  return answer.data.ok ? ok(answer.data.value) : err(answer.data.error);
}

function proved(directory: string, nonce: string): Result<() => void, OperationFailure> {
  try {
    return ok(leaveProof(directory, nonce));
  } catch (error) {
    return err(notAllowed(error));
  }
}

function notAllowed(error: unknown): OperationFailure {
  return {
    code: "TL447",
    exit: 77,
    what: `this user is not allowed to use the running agent's socket: ${systemReason(error)}`,
    effect: "Nothing was changed.",
    fix: "Run the command as the user of the agent or as root, or join the group of the socket (with systemd: RuntimeDirectoryMode=1770).",
  };
}

function silent(interrupted: boolean): OperationFailure {
  return {
    code: "TL443",
    exit: interrupted ? 130 : 3,
    what: interrupted ? "interrupted before the agent answered" : "the agent does not answer",
    effect: "Nothing was requested and nothing was changed.",
    fix: "See with tripline status whether it runs; one that hangs must be restarted.",
  };
}

function noAnswer(interrupted: boolean): OperationFailure {
  return {
    code: "TL444",
    exit: interrupted ? 130 : 3,
    what: interrupted
      ? "interrupted while the agent was working on it"
      : "the connection to the agent ended before it answered",
    effect: "It is unknown whether it was done; it was not half done.",
    fix: "Look with tripline anomalies list --all, tripline mute list or tripline status before you repeat the command.",
  };
}

/** Of an agent that speaks otherwise than its version says. */
export const NOT_UNDERSTOOD: OperationFailure = {
  code: "TL448",
  exit: 3,
  what: "the agent's answer was not understood",
  effect: "It is unknown whether it was done; it was not half done.",
  fix: "Restart the agent, so that it has the version of this command, and check with tripline status.",
};
