import type { Anomaly, CloseReason, Standing } from "../../domain/anomaly.ts";
import type { HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleContext } from "../../domain/cycle.ts";
import type { Facts } from "../../domain/facts.ts";
import { PORT_FIELDS } from "../../domain/fields/port.ts";
import type { Gone } from "../../domain/kinds/row.ts";
import { forgetAfter } from "../../domain/maturity.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { parsePortKey, portKey } from "../../domain/network.ts";
import { inBurst } from "../../domain/port-burst.ts";
import { resolvedReason } from "../words/reason.ts";
import type { Sighted } from "./sighting.ts";
import { makeStep } from "./step.ts";

export interface UnseenInput {
  readonly context: CycleContext;
  readonly baseline: SegmentBaseline;
  readonly degraded: boolean;
  readonly standing: (anomaly: Anomaly) => Standing;
  /** Id of the anomaly that opens in its place in this cycle. */
  readonly successor: string | null;
}

/** An open or muted anomaly that no deviation of this cycle mentions; null when its row stays as it is. */
export function settleUnseen(anomaly: Anomaly, input: UnseenInput): Sighted | null {
  if (input.successor !== null) return close(anomaly, "superseded", input);
  // A degraded vantage sees less than there is: what it misses is not gone.
  if (input.degraded) return null;
  switch (input.standing(anomaly)) {
    case "gone":
      return close(
        anomaly,
        isLearned(anomaly, input.baseline) || isUnknown(anomaly, input) ? "aged" : "back-to-baseline",
        input,
      );
    case "present":
      return { anomaly: stillThere(anomaly, input.context), steps: [] };
    case "unmeasured":
      return isForgotten(anomaly, input) ? close(anomaly, "aged", input) : null;
  }
}

function stillThere(anomaly: Anomaly, { cycleId, endedAt }: CycleContext): Anomaly {
  return { ...anomaly, count: anomaly.count + 1, lastSeen: Math.max(anomaly.lastSeen, endedAt), lastCycle: cycleId };
}

function close(anomaly: Anomaly, reason: CloseReason, input: UnseenInput): Sighted {
  const { context, successor, baseline } = input;
  const aged = reason === "aged";
  const closed: Anomaly = {
    ...anomaly,
    state: aged ? "aged" : "resolved",
    closed: { by: "tripline", reason },
    lastCycle: context.cycleId,
  };
  const step = makeStep(closed, {
    transition: aged ? "aged" : "resolved",
    at: context.endedAt,
    previousScore: anomaly.score.value,
    reason: aged ? agedReason(anomaly, input) : resolvedReason(anomaly, successor),
    ...(!aged && isOnUnaccepted(anomaly, baseline) ? { detail: "is over" } : {}),
  });
  return { anomaly: step.anomaly, steps: [step] };
}

/** It was about what answers on a port that was never accepted: nothing there was known, so nothing is "again". */
function isOnUnaccepted({ kind, host, port, group }: Anomaly, { hosts }: SegmentBaseline): boolean {
  if (group !== null || host === null || port === null) return false;
  const { gone } = CATALOGUE[kind];
  return gone.when === "port-fields-normal" && hosts.get(host.id)?.ports.get(portKey(port))?.reference === "closed";
}

/** Nobody could look at it for so long that it is not known any more; what a declaration says needs no look. */
function isForgotten(anomaly: Anomaly, input: UnseenInput): boolean {
  const { kind, group, lastSeen } = anomaly;
  if (CATALOGUE[group?.kind ?? kind].declaration === "source") return false;
  return isUnknown(anomaly, input) || input.context.endedAt - lastSeen >= forgetAfter(input.context);
}

/** The host that was missing is known no more; of a group every one that did not come back. */
function isUnknown(anomaly: Anomaly, { baseline }: UnseenInput): boolean {
  const { gone } = CATALOGUE[anomaly.group?.kind ?? anomaly.kind];
  const places = placesOf(anomaly);
  return gone.when === "host-answers" && places.length > 0 && places.every((at) => !baseline.hosts.has(at.hostId));
}

function agedReason(anomaly: Anomaly, input: UnseenInput): string {
  return isForgotten(anomaly, input)
    ? "It was not seen for so long that it is forgotten."
    : "It is part of the baseline now.";
}

function isLearned(anomaly: Anomaly, baseline: SegmentBaseline): boolean {
  return (anomaly.excuse?.kind === "change" && anomaly.excuse.learned) || isAbsorbed(anomaly, baseline);
}

/**
 * A renewal, a plain upgrade that lasted and a port that was declared since become the reference: then nothing deviates
 * although nothing went back.
 */
function isAbsorbed(anomaly: Anomaly, baseline: SegmentBaseline): boolean {
  const { kind, group } = anomaly;
  const { absorbed, declaration, gone } = CATALOGUE[group?.kind ?? kind];
  if (absorbed?.when === "always") return true;
  // What only a declaration made a finding is over when the declaration is, whatever the memory calls normal.
  if (declaration === "source") return false;
  return placesOf(anomaly).some(({ hostId, subject, to }) => {
    const known = baseline.hosts.get(hostId);
    const port = anomaly.port ?? parsePortKey(subject);
    return known !== undefined && becameNormal({ ...anomaly, port, to: to ?? anomaly.to }, gone, known);
  });
}

interface Place {
  readonly hostId: string;
  readonly subject: string;
  readonly to?: string | null;
}

function placesOf({ group, host, subject }: Anomaly): readonly Place[] {
  if (group === null) return host === null ? [] : [{ hostId: host.id, subject }];
  return group.members.map((member) => ({ ...member, subject: member.subject ?? group.subject }));
}

/** What the anomaly found is what the memory calls normal now. */
function becameNormal({ port, before, after, target, to }: Anomaly, gone: Gone, known: HostBaseline): boolean {
  const memory = port === null ? undefined : known.ports.get(portKey(port));
  switch (gone.when) {
    case "stranger-explained":
      return known.reference === "known";
    case "burst-closed":
      return [...known.ports.values()].some((one) => one.reference === "open" && inBurst(known.burst, one));
    case "port-normal":
      return port !== null && [memory?.reference, memory?.current].every((state) => (state ?? "closed") === to);
    case "host-field-normal":
      return target === known.fields.get(gone.field)?.value;
    case "port-fields-normal":
      return gone.fields.some((field) => {
        const value = memory?.fields.get(field)?.value;
        if (value === undefined) return false;
        return value === to || value === target || isNow(PORT_FIELDS[field].facts(value), before, after);
      });
    default:
      return false;
  }
}

/** A leaf that the change brought, and that is normal now. */
function isNow(normal: Facts, before: Facts, after: Facts): boolean {
  const was = new Map(Object.entries(before));
  const is = new Map(Object.entries(after));
  return Object.entries(normal).some(
    ([leaf, value]) => is.get(leaf) === value && was.has(leaf) && was.get(leaf) !== value,
  );
}
