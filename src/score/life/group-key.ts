import type { AnomalyGroup } from "../../domain/anomaly.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { portText } from "../../domain/network.ts";

/** What the members of a group have in common. */
export type Common = Pick<AnomalyGroup, "kind" | "from" | "to" | "subject">;

/** The same kind, place, product and values. Null: every unknown host is a separate lead, and a move has its own values. */
export function exactKey(d: Deviation): string | null {
  if (CATALOGUE[d.kind].rollout?.byValue !== true || (d.from === null && d.to === null)) return null;
  return JSON.stringify([subjectOf(d), d.from, d.to]);
}

/** The same kind at the same place, whatever the values. */
export function wideKey(d: Deviation): string {
  return JSON.stringify([d.kind, placeOf(d)]);
}

export function commonOf(alike: readonly Deviation[]): Common {
  const kind = alike[0]?.kind;
  if (kind === undefined) throw new Error("nothing has nothing in common");
  return {
    kind,
    from: common(alike, (d) => d.from),
    to: common(alike, (d) => d.to),
    subject: common(alike, subjectOf) ?? `${kind} ${common(alike, placeOf) ?? ""}`.trim(),
  };
}

export function isSameCommon(a: Common, b: Common): boolean {
  return a.kind === b.kind && a.from === b.from && a.to === b.to && a.subject === b.subject;
}

export function common<T>(alike: readonly Deviation[], valueOf: (d: Deviation) => T): T | null {
  const values = new Set(alike.map(valueOf));
  const [only] = values;
  return values.size === 1 && only !== undefined ? only : null;
}

function placeOf({ port, subject }: Deviation): string {
  return port === null ? subject : portText(port);
}

/** `version-changed 22/tcp openssh`: what the members have in common, as the subject of their rollout. */
function subjectOf(d: Deviation): string {
  const product = d.port === null ? undefined : (d.after.product ?? d.before.product)?.toLowerCase();
  return [d.kind, placeOf(d), product].filter((part) => part !== undefined).join(" ");
}
