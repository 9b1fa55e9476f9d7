import type { PortBaseline, Seen } from "../domain/baseline.ts";
import type { FieldFamily } from "../domain/fields/row.ts";
import { PORT_FIELDS, type PortField } from "../domain/fields/port.ts";
import { isRenewal } from "../domain/certificate-change.ts";
import { comparableService } from "../domain/fields/service.ts";
import { withResult } from "../domain/flapping.ts";
import { isRelearned } from "../domain/fields/compare.ts";
import { isNormal } from "../domain/fields/normal.ts";
import { isNewer, OF_VERSION, outgrown, standingFields } from "../domain/fields/upgrade.ts";
import { portFieldValues } from "../domain/fields/values.ts";
import type { PortRef } from "../domain/network.ts";
import type { PortObservation } from "../domain/observation.ts";
import { settlePort } from "../domain/settle.ts";
import type { PortLook, SettledPort } from "../domain/settle.ts";
import { isForgottenPort, isOld } from "./age.ts";
import { absorbs, learnFields } from "./learn-field.ts";
import type { Absorb } from "./learn-field.ts";

export interface PortLesson {
  readonly port: PortRef;
  readonly known: PortBaseline | null;
  readonly look: PortLook;
  /** The listed port, when it is open; the source of its fields. */
  readonly observed: PortObservation | null;
  /** It is open, which is an alert that nobody accepted. */
  readonly isAlert: boolean;
  readonly seen: Seen;
  /** For how long a value that does not return stays normal. */
  readonly forgetMs: number;
  /** How presence is adopted; the fields follow the same rule unless their family is relearned. */
  readonly presence: Absorb;
  readonly fields: Absorb;
  readonly relearned: ReadonlySet<FieldFamily>;
  /** Version detection ran on it in this cycle. */
  readonly fingerprinted: boolean;
}

/** What is remembered of one port after this look; null for a port that was never open. */
export function learnPort(lesson: PortLesson): PortBaseline | null {
  const { known, look } = lesson;
  const settled = settlePort(known, look);
  if (!settled.measured) return known;
  if (known === null && settled.state === "closed") return null;
  if (known !== null && settled.state === "closed" && isForgottenPort(known, lesson.seen, lesson.forgetMs)) return null;
  const open = look.state === "open";
  const reference = referenceOf(lesson, settled);
  return {
    transport: lesson.port.transport,
    number: lesson.port.number,
    reference,
    current: settled.state,
    misses: settled.misses,
    opened: (known?.opened ?? 0) + (open ? 1 : 0),
    firstSeen: known?.firstSeen ?? lesson.seen,
    lastSeen: open ? lesson.seen : (known?.lastSeen ?? lesson.seen),
    ...withResult(known, open),
    ...(reference === "closed" && settled.state === "open" ? { since: openSince(lesson) } : {}),
    ...(reference === "closed" && (lesson.isAlert || known?.alerted === true) ? { alerted: true } : {}),
    fields: fieldsOf(lesson, reference),
    fingerprinted: fingerprintOf(lesson),
  };
}

function referenceOf(lesson: PortLesson, settled: SettledPort): "open" | "closed" {
  const { known } = lesson;
  const deviating = known !== null && known.reference !== known.current;
  if (lesson.presence !== "hold" && settled.state === "open" && isOld(known?.since, lesson.seen, lesson.forgetMs))
    return "open";
  return absorbs(lesson.presence, deviating) ? settled.state : (known?.reference ?? "closed");
}

/** What a port showed before it closed says nothing about what opens there now, unless it is normally open. */
function fieldsOf(lesson: PortLesson, reference: "open" | "closed"): PortBaseline["fields"] {
  const known: PortBaseline["fields"] = lesson.known?.fields ?? new Map();
  if (lesson.observed === null) return known;
  const reopened = reference === "closed" && lesson.known?.current !== "open";
  const shown = portFieldValues(lesson.observed);
  const before = lesson.fields === "keep" ? standingFields(known, shown) : known;
  const values = learnable(before, shown);
  return learnFields(reopened ? shownOf(before, values) : before, values, {
    moment: lesson,
    absorb: reopened ? () => "show" : absorbOf(lesson, { reference, before, values }),
  });
}

/** Of the remembered fields, those that the port shows again. */
function shownOf(before: PortBaseline["fields"], values: ReadonlyMap<PortField, string>): PortBaseline["fields"] {
  return new Map([...before].filter(([field]) => values.has(field)));
}

/**
 * A port that should not be open, or that of a stranger, has no normal fields yet: what it showed first stands for them,
 * and accepting it takes what it shows by then. An upgrade is ordinary there.
 */
function absorbOf(
  lesson: PortLesson,
  at: {
    readonly reference: "open" | "closed";
    readonly before: PortBaseline["fields"];
    readonly values: ReadonlyMap<PortField, string>;
  },
): (field: PortField) => Absorb {
  const { known, observed, relearned, seen } = lesson;
  const renewed = known !== null && observed !== null && isRenewal(known, observed, seen.at);
  const upgraded = lesson.fields !== "hold" && outgrown(at.before, at.values);
  const noted = lesson.fields === "note" || at.reference === "closed";
  const newer = noted && isNewer(at.before, at.values);
  return (field) => {
    if (upgraded && OF_VERSION.has(field)) return "renew";
    if (renewed && PORT_FIELDS[field].renews) return "renew";
    if (lesson.fields === "follow") return at.reference === "closed" ? "show" : "follow";
    if (isRelearned(field, relearned)) return "relearn";
    if (newer && OF_VERSION.has(field)) return "follow";
    return noted ? "note" : lesson.fields;
  };
}

/** What a foreign certificate contains is never learned as the first value. */
function learnable(
  before: PortBaseline["fields"],
  values: ReadonlyMap<PortField, string>,
): ReadonlyMap<PortField, string> {
  const [known, now] = [before.get("tls"), values.get("tls")];
  const foreign = known !== undefined && now !== undefined && !isNormal("tls", known, now);
  if (!foreign || before.has("certificate")) return values;
  return new Map([...values].filter(([field]) => field !== "certificate"));
}

function openSince({ known, seen }: PortLesson): Seen {
  return (known?.current === "open" ? known.since : undefined) ?? seen;
}

function fingerprintOf(lesson: PortLesson): PortBaseline["fingerprinted"] {
  if (!lesson.fingerprinted) return lesson.known?.fingerprinted ?? null;
  return { ...lesson.seen, identified: comparableService(lesson.observed?.service ?? null) !== null };
}
