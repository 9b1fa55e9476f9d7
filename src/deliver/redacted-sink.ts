import type { Outcome, SendResult, Sink, SinkCheck, SinkReason } from "../domain/ports/sink.ts";

/**
 * The same output with reasons and checks that hold no secret, whatever its client or the server says. What a sink says
 * becomes events, dead letters and states in the store, so it is cleaned before anybody keeps it.
 */
export function redactedSink(sink: Sink, redact: (text: string) => string): Sink {
  return {
    name: sink.name,
    kind: sink.kind,
    limits: sink.limits,
    check: async (signal) => (await cleanly(sink.check(signal), redact)).map((one) => cleanCheck(one, redact)),
    send: async (batch, signal) => cleanResult(await cleanly(sink.send(batch, signal), redact), redact),
    close: (deadlineMs) => sink.close(deadlineMs),
  };
}

/** What a client throws is reported as well. */
async function cleanly<T>(work: Promise<T>, redact: (text: string) => string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Error ? new Error(redact(error.message)) : error;
  }
}

function cleanCheck(check: SinkCheck, redact: (text: string) => string): SinkCheck {
  return { ...check, detail: redact(check.detail), fix: check.fix === null ? null : redact(check.fix) };
}

function cleanResult(result: SendResult, redact: (text: string) => string): SendResult {
  const cleanReason = (reason: SinkReason): SinkReason => ({ ...reason, text: redact(reason.text) });
  if (result.kind === "stop") return { ...result, reason: cleanReason(result.reason) };
  if (result.kind === "too-large") return result;
  const cleanOutcome = (one: Outcome) => (one.kind === "delivered" ? one : { ...one, reason: cleanReason(one.reason) });
  return { ...result, outcomes: result.outcomes.map(cleanOutcome) };
}
