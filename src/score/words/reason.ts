import type { Anomaly } from "../../domain/anomaly.ts";
import type { ReasonCode } from "../../domain/deviation.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { clip, dayText, minuteText, take } from "../../domain/words.ts";

/** Beyond 1,024 characters `event.reason` is silently not indexed. */
export const REASON_MAX = 1000;

/** One or two sentences for `event.reason` of an opening: what was known, and how sure the new fact is. */
export function openingReason(anomaly: Anomaly): string {
  const facts = [
    excuseText(anomaly),
    knownText(anomaly),
    ...anomaly.reasons.flatMap((code) => REASON_WORDS[code] ?? []),
    sureText(anomaly),
  ];
  return join(facts.filter((text) => text !== null));
}

function excuseText({ excuse }: Anomaly): string | null {
  if (excuse === undefined) return null;
  const until = `until ${minuteText(excuse.until)}`;
  if (excuse.kind === "maintenance") return `Maintenance (${clip(excuse.window)}) ${until}; judged again afterwards`;
  const then = excuse.learned ? "normal from now on" : "judged again afterwards, unless it is declared by then";
  return `Announced with ${clip(excuse.ticket)} by ${clip(excuse.by)} ${until}; ${then}`;
}

export function resolvedReason(anomaly: Anomaly, successor: string | null): string {
  if (successor !== null) return `The newer anomaly ${successor} shows what is there now.`;
  const sightings = anomaly.count === 1 ? "one sighting" : `${anomaly.count} sightings`;
  return `Back to the baseline after ${sightings} since ${dayText(anomaly.firstSeen)}.`;
}

/** `Port never open in 412 covered scans since 2026-10-02`: what the baseline knew about the subject. */
export function knownText({ kind, group, history }: Anomaly): string | null {
  const { scans, firstSeen } = history;
  const { known, declaration } = CATALOGUE[kind];
  if (known === null) return `The same change on ${group?.members.length ?? 0} hosts looks like a rollout`;
  if (scans === 0) return declaration === "source" ? null : "Nothing was learned about it before";
  const since = firstSeen === null ? "" : ` since ${dayText(firstSeen)}`;
  return known(history, `in ${scans} covered scan${scans === 1 ? "" : "s"}${since}`);
}

/** Codes that say something which neither the opening sentence nor {@link knownText} says. */
const REASON_WORDS: Partial<Readonly<Record<ReasonCode, string>>> = {
  "unknown-service": "the service could not be identified",
  unauthenticated: "it answers without authentication",
  backdoor: "no login protects what it offers",
  "not-declared": "nothing declares it",
  "declared-port-closed": "the declared endpoint does not answer",
  "same-identity": "the same key or identity answers on both ports",
  "same-product": "the same product answers on both ports",
  "closed-segment": "the segment is closed to strangers",
  "all-evidence-replaced": "every strong piece of identity was replaced",
  "key-replaced": "the key was replaced",
  "foreign-issuer": "another authority issued it",
  "self-signed": "it is self-signed",
  "name-lost": "a name is missing in it",
  downgrade: "the new version is older",
  corroborated: "other things changed on the same host",
};

function sureText({ confirmed, evidence }: Anomaly): string | null {
  if (confirmed) return "confirmed by a second probe";
  return evidence === null ? null : `seen as ${evidence}, not confirmed by a second probe`;
}

function join(parts: readonly string[]): string {
  const text = parts.join("; ");
  const whole = text === "" ? "The wire differs from what is expected" : text.charAt(0).toUpperCase() + text.slice(1);
  return `${take(whole, REASON_MAX - 1)}.`;
}

/** What an operator wrote, as the reason of a step. */
export function operatorReason(by: string, reason: string): string {
  const bare = reason.trim().replace(/\.+$/, "");
  return `${take(`${clip(by)}: ${bare}`, REASON_MAX - 1)}.`;
}
