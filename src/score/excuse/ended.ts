import type { HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleView } from "../../domain/cycle.ts";
import type { HealthNotice } from "../../domain/event.ts";
import { absentHostRef } from "../../domain/host-ref.ts";
import { provesAbsence } from "../../domain/nmap-run.ts";
import { isOnHost, isOnPort, type PlannedChange } from "../../domain/planned-change.ts";
import { clip, minuteText } from "../../domain/words.ts";

interface EndInput {
  readonly view: CycleView;
  /** As this cycle leaves it. */
  readonly baseline: SegmentBaseline;
  readonly hostTags: (address: string) => readonly string[];
}

/**
 * Whether a change is over for good: a whole scan began after its end, so that whatever was done has been seen, and
 * nothing that it names waits to be missed once more before it is told.
 */
export function isOver(change: PlannedChange, input: EndInput): boolean {
  const { context, summary, vantage } = input.view;
  if (change.until > context.startedAt || vantage.state === "degraded") return false;
  if (!provesAbsence(summary) || summary.narrowed) return false;
  return ![...input.baseline.hosts.values()].some((host) => isWaiting(change, host, input.hostTags));
}

function isWaiting(change: PlannedChange, host: HostBaseline, hostTags: EndInput["hostTags"]): boolean {
  if (host.current === "gone" || !isOnHost(change, absentHostRef(host, hostTags(host.address)))) return false;
  const missed = [...host.ports.values()].filter(
    (port) => port.reference === "open" && port.current === "open" && port.misses > 0,
  );
  return missed.some((port) => isOnPort(change, port));
}

/** What was announced and never came is said once, when the change ends; null: all of it came. */
export function notSeenNotice({ ticket, by, place, matched, until }: PlannedChange): HealthNotice | null {
  const seen = new Set(matched.map(({ address }) => address));
  const silent = matched.length === 0 ? [] : place.hosts.filter((host) => isOne(host) && !seen.has(host));
  if (matched.length > 0 && silent.length === 0) return null;
  const what = silent.length === 0 ? "nothing of it was seen" : `nothing of it was seen on ${clip(silent.join(", "))}`;
  return {
    kind: "change-not-seen",
    subject: ticket,
    message: `The change ${clip(ticket)} that ${clip(by)} announced ended at ${minuteText(until)}, and ${what}.`,
    reason: "It was cancelled without being withdrawn, took place elsewhere, or did not work.",
    code: null,
    outcome: "unknown",
  };
}

/** An address, not a range or a name: only of that it is known whether something came. */
function isOne(host: string): boolean {
  return /^[\d.]+$|:/.test(host);
}
