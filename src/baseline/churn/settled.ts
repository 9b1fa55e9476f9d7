import { alertedKey, NOTHING_ALERTED } from "../../domain/alerted.ts";
import type { HostBaseline } from "../../domain/baseline.ts";
import { churnKey, vanishedKey } from "../../domain/churn.ts";
import type { FieldFamily } from "../../domain/fields/row.ts";
import { COUNTERS, type Counter } from "../../domain/kinds/counters.ts";
import { macClass } from "../../domain/mac.ts";
import { evidenceKey } from "../identity/evidence.ts";
import { settledHostFields, settledPortFields } from "./settled-fields.ts";
import { settledPorts } from "./settled-ports.ts";

/** Memory of one host before and after something was learned or accepted. */
export interface MemoryStep {
  /** Null for a host that was not known. */
  readonly before: HostBaseline | null;
  readonly after: HostBaseline;
  /** What is measured in a different way has not changed. */
  readonly relearned: ReadonlySet<FieldFamily>;
  /** True for a host that may always have been there. */
  readonly firstAsked: boolean;
  /** Of this host what is an alert that nobody accepted, as names of `alertedKey`; absent: nothing. */
  readonly alerted?: ReadonlySet<string>;
}

/** What happened on a host and was settled by this step, as names in its churn. */
export function settledBy(step: MemoryStep): ReadonlySet<string> {
  const taught = keysOf(step);
  const { alerted = NOTHING_ALERTED, ...all } = step;
  if (alerted.size === 0) return taught;
  return new Set([...taught, ...[...keysOf(all)].filter((key) => !taught.has(key)).map(vanishedKey)]);
}

function keysOf(step: MemoryStep): ReadonlySet<string> {
  return new Set(
    COUNTERS.flatMap((counter) => casesOf(counter, step).map((details) => churnKey(counter.name, details))),
  );
}

/** Per occurrence, the value that this counter distinguishes. */
function casesOf({ name, of }: Counter, step: MemoryStep): readonly (readonly string[])[] {
  const { before, after, relearned, alerted = NOTHING_ALERTED } = step;
  const isAlert = (subject: string) => alerted.has(alertedKey(name, subject));
  if (of.what === "host") {
    if (!settledPresence(step, of.turns) || (isAlert("") && !isAccepted(step, of.turns))) return [];
    return of.turns === "gone" ? [[]] : wasNew(before, name) ? [] : [[macOf(after)]];
  }
  if (before === null) return [];
  switch (of.what) {
    case "port":
      return relearned.has("presence") ? [] : settledPorts({ before, after, isAlert }, of.turns);
    case "port-field":
      return settledPortFields({ before, after, relearned, isAlert }, of) ? [[]] : [];
    case "host-field":
      return settledHostFields({ before, after, relearned, isAlert }, of) ? [[]] : [];
    case "machine":
      return isOtherMachine(before, after) ? [[]] : [];
  }
}

/** A newcomer became known or left again; a host that was away came back, or is no longer expected. */
function settledPresence({ before, after, relearned, firstAsked }: MemoryStep, turns: "up" | "gone"): boolean {
  if (relearned.has("presence")) return false;
  const known = after.reference === "known";
  if (turns === "up") {
    if (before === null) return known && !firstAsked;
    return before.reference === "new" && (known || (before.current === "up" && after.current === "gone"));
  }
  const away = before?.reference === "known" && before.current === "gone";
  return away && (after.current === "up" || !known);
}

/** The newcomer became known, or the host is no longer expected; otherwise it vanished by itself. */
function isAccepted({ after }: MemoryStep, turns: "up" | "gone"): boolean {
  return (after.reference === "known") === (turns === "up");
}

/** A stranger that leaves every evening was new only once. */
function wasNew(host: HostBaseline | null, name: string): boolean {
  return host?.churn?.keys().some((key) => key.startsWith(name)) ?? false;
}

/** The manufacturer of its MAC address. */
function macOf({ fields }: HostBaseline): string {
  const mac = fields.get("mac")?.value;
  return mac === undefined ? "none" : macClass(mac);
}

function isOtherMachine(before: HostBaseline, after: HostBaseline): boolean {
  const strong = (host: HostBaseline) => host.evidence.filter((one) => one.strong).map(evidenceKey);
  const [was, is] = [strong(before), new Set(strong(after))];
  return was.length > 0 && is.size > 0 && was.every((key) => !is.has(key));
}
