import { z } from "zod";
import type { HealthNotice } from "../../domain/event.ts";
import type { DeadLetter } from "../../domain/ports/outbox.ts";
import type { SinkReason } from "../../domain/ports/sink.ts";
import type { HappeningName } from "../../telemetry/happenings.ts";
import type { RelayWork } from "./state.ts";

/** The same problem of a sink is reported at most once an hour. */
const TELL_AGAIN_MS = 3_600_000;

export function tellDown(work: RelayWork): void {
  const { state } = work;
  if (countSince(work, "sink-down", 1) === null) return;
  state.toldDown = true;
  tell(work, { kind: "sink-down", says: "does not accept events; they wait in the outbox" }, state.reason);
}

export function tellRecovered(work: RelayWork): void {
  work.state.toldDown = false;
  tell(work, { kind: "sink-recovered", says: "accepts events again" }, null);
}

/** One notice per reason with how many there were. A health event that was refused raises none: it would not end. */
export function tellRejected(work: RelayWork, dead: readonly DeadLetter[]): void {
  for (const [slug, letters] of Map.groupBy(dead, (letter) => letter.reason.slug)) {
    const reason = letters[0]?.reason ?? null;
    const tellable = letters.filter((letter) => !isHealthEvent(letter.body)).length;
    log(work, "events-refused", reason);
    const events = tellable === 0 ? null : countSince(work, `event-rejected ${slug}`, tellable);
    if (events !== null) work.options.onHealth(rejectedNotice(work.options.sink.name, events, reason?.text ?? null));
  }
}

/** The event that the other outputs get when one of them refused events. */
export function rejectedNotice(sink: string, events: number, reason: string | null): HealthNotice {
  return noticeOf(sink, { kind: "event-rejected", says: refusedSentence(events), reason });
}

function refusedSentence(events: number): string {
  if (events === 1) return "refused an event for good; it is in the dead letters";
  return `refused ${events} events for good; they are in the dead letters`;
}

/** How many to report now, with those not reported yet; null while the last report is younger than an hour. */
function countSince({ options, state }: RelayWork, key: string, more: number): number | null {
  const now = options.clock.monotonic();
  const last = state.told.get(key);
  const total = (last?.untold ?? 0) + more;
  if (last !== undefined && now - last.at < TELL_AGAIN_MS) {
    state.told.set(key, { at: last.at, untold: total });
    return null;
  }
  state.told.set(key, { at: now, untold: 0 });
  return total;
}

interface News {
  readonly kind: "sink-down" | "sink-recovered" | "event-rejected";
  readonly says: string;
  readonly reason: string | null;
}

/** Rejected events have a line of their own. */
type Trouble = { readonly kind: "sink-down" | "sink-recovered"; readonly says: string };

function noticeOf(sink: string, { kind, says, reason }: News): HealthNotice {
  const outcome = kind === "sink-recovered" ? "success" : "failure";
  return { kind, subject: sink, message: `Output ${sink} ${says}.`, reason, code: null, outcome };
}

function tell(work: RelayWork, news: Trouble, reason: SinkReason | null): void {
  work.options.onHealth(noticeOf(work.options.sink.name, { ...news, reason: reason?.text ?? null }));
  log(work, news.kind, reason);
}

function log({ options }: RelayWork, name: HappeningName, reason: SinkReason | null): void {
  options.telemetry.happened(name, { fields: { sink: options.sink.name, reason: reason?.text ?? "" } });
}

const healthBody = z.object({ event: z.object({ provider: z.literal("health") }) });

function isHealthEvent(body: string): boolean {
  try {
    return healthBody.safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}
