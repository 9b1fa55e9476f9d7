import type { AnomalyGroup } from "../../domain/anomaly.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { portText } from "../../domain/network.ts";

/** What the members of a group have in common. */
export type Common = Pick<AnomalyGroup, "kind" | "from" | "to" | "subject" | "role">;

/** What a host is for, where that is known. */
export type RoleOf = (d: Deviation) => string | undefined;

/** The same kind, place, product, values and role. Null: every unknown host is a separate lead, and a move has its own values. */
export function exactKey(d: Deviation, roleOf: RoleOf): string | null {
  if (CATALOGUE[d.kind].rollout?.byValue !== true || (d.from === null && d.to === null)) return null;
  return JSON.stringify([subjectOf(d), d.from, d.to, roleOf(d)]);
}

/** The same kind at the same place, whatever the values. */
export function wideKey(d: Deviation, roleOf: RoleOf): string {
  return JSON.stringify([d.kind, placeOf(d), roleOf(d)]);
}

export function commonOf(alike: readonly Deviation[], roleOf: RoleOf): Common {
  const kind = alike[0]?.kind;
  if (kind === undefined) throw new Error("nothing has nothing in common");
  const role = common(alike, roleOf) ?? undefined;
  return {
    kind,
    from: common(alike, (d) => d.from),
    to: common(alike, (d) => d.to),
    subject: common(alike, subjectOf) ?? `${kind} ${common(alike, placeOf) ?? ""}`.trim(),
    ...(role === undefined ? {} : { role }),
  };
}

export function isSameCommon(a: Common, b: Common): boolean {
  return a.kind === b.kind && a.from === b.from && a.to === b.to && a.subject === b.subject && a.role === b.role;
}

export function common<T>(alike: readonly Deviation[], valueOf: (d: Deviation) => T): T | null {
  const values = new Set(alike.map(valueOf));
  const [only] = values;
  return values.size === 1 && only !== undefined ? only : null;
}

function placeOf({ port, subject }: Pick<Deviation, "port" | "subject">): string {
  return port === null ? subject : portText(port);
}

/** `version-changed 22/tcp openssh`: what the members have in common, as the subject of their rollout. */
export function subjectOf(d: Pick<Deviation, "kind" | "port" | "subject" | "before" | "after">): string {
  const product = d.port === null ? undefined : (d.after.product ?? d.before.product)?.toLowerCase();
  return [d.kind, placeOf(d), product].filter((part) => part !== undefined).join(" ");
}
