import type { Anomaly, CloseReason, Standing } from "../../domain/anomaly.ts";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleContext } from "../../domain/cycle.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { portKey } from "../../domain/network.ts";
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
      return close(anomaly, isLearned(anomaly, input.baseline) ? "aged" : "back-to-baseline", input);
    case "present":
      return { anomaly: stillThere(anomaly, input.context), steps: [] };
    case "unmeasured":
      return null;
  }
}

function stillThere(anomaly: Anomaly, { cycleId, endedAt }: CycleContext): Anomaly {
  return { ...anomaly, count: anomaly.count + 1, lastSeen: Math.max(anomaly.lastSeen, endedAt), lastCycle: cycleId };
}

function close(anomaly: Anomaly, reason: CloseReason, { context, successor }: UnseenInput): Sighted {
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
    reason: aged ? "It is part of the baseline now." : resolvedReason(anomaly, successor),
  });
  return { anomaly: step.anomaly, steps: [step] };
}

function isLearned(anomaly: Anomaly, baseline: SegmentBaseline): boolean {
  return (anomaly.excuse?.kind === "change" && anomaly.excuse.learned) || isAbsorbed(anomaly, baseline);
}

/**
 * A renewal, a plain upgrade that lasted and a port that was declared since become the reference: then nothing deviates
 * although nothing went back.
 */
function isAbsorbed({ kind, group, host, port, to }: Anomaly, baseline: SegmentBaseline): boolean {
  const { absorbed } = CATALOGUE[group?.kind ?? kind];
  if (absorbed === null) return false;
  if (absorbed.when === "always") return true;
  const memory = host === null || port === null ? null : baseline.hosts.get(host.id)?.ports.get(portKey(port));
  if (absorbed.when === "port-stays-open") return memory?.reference === "open" && memory.current === "open";
  return to !== null && memory?.fields.get(absorbed.field)?.value === to;
}
