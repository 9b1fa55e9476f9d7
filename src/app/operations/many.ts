import { z } from "zod";
import type { Anomaly } from "../../domain/anomaly.ts";
import type { AnomalyFilter } from "../../domain/anomaly-filter.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { sortedAnomalies, whereText } from "../../report/model/anomaly.ts";
import type { OperationFailure } from "../failure.ts";
import { FILTER, matching } from "./anomaly-filter.ts";
import type { Desk } from "./operation.ts";
import { type Change, commitChanges, type Operator } from "./operator-commit.ts";

/** How many anomalies one command changes unless it says otherwise, and at most. */
const LIMIT = 100;
const MOST = 1000;

/** What is done to many at once names them by a filter; without `yes` it only says which they are. */
export const MANY = {
  filter: FILTER.refine((filter) => Object.values(filter).some((field) => field !== undefined), {
    error: "one of severity, host, kind, state, since is needed",
  }).refine(({ state = [] }) => state.every((one) => one === "open" || one === "muted"), {
    error: "only open and muted anomalies can be changed",
  }),
  yes: z.boolean().default(false),
  limit: z.int().min(1).max(MOST).default(LIMIT),
  /** Needed with `yes`. */
  by: z.string().min(1).optional(),
  reason: z.string().min(1).optional(),
};

export function lacksOperator({ yes, by, reason }: { yes: boolean; by?: unknown; reason?: unknown }): boolean {
  return yes && (by === undefined || reason === undefined);
}

export const MATCHES = z.array(
  z.object({
    id: z.string(),
    kind: z.string(),
    severity: z.enum(["low", "medium", "high", "critical"]),
    score: z.number(),
    where: z.string(),
    state: z.string(),
    message: z.string(),
  }),
);

/** The anomalies in question, the worst first. */
export const MATCHED = z.object({
  done: z.boolean(),
  limit: z.int(),
  matched: MATCHES,
  /** Rollouts of which only some hosts fit: left as they are. */
  partly: z.array(z.string()),
});

export type Matched = Readonly<z.infer<typeof MATCHED>>;

interface ManyWish {
  readonly filter: AnomalyFilter;
  readonly yes: boolean;
  readonly limit: number;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}

export interface ManyChange {
  /** Why they may not be changed together; null: they may. */
  readonly problem?: (anomalies: readonly Anomaly[]) => OperationFailure | null;
  /** One for each, in the same order. */
  readonly changes: (anomalies: readonly Anomaly[], operator: Operator) => Promise<readonly Change[]>;
}

/** Says what a filter means, and with `yes` changes all of it in one transaction. */
export async function changeMany(
  desk: Desk,
  { filter, yes, limit, by = "", reason = "" }: ManyWish,
  { problem, changes }: ManyChange,
): Promise<Result<Matched, OperationFailure>> {
  const live: AnomalyFilter = { ...filter, state: filter.state ?? ["open"] };
  const chosen = sortedAnomalies(await matching(desk, live, "all"));
  const ids = new Set(chosen.map((one) => one.id));
  const partly = (await matching(desk, live, "any")).filter((one) => !ids.has(one.id));
  const refused = (yes && chosen.length > limit ? tooMany(chosen.length, limit) : null) ?? problem?.(chosen) ?? null;
  if (refused !== null) return err(refused);
  const [first, ...rest] = yes ? await changes(chosen, { by, reason }) : [];
  if (first !== undefined) await commitChanges(desk, { by, reason }, [first, ...rest]);
  return ok({ done: first !== undefined, limit, matched: chosen.map(shownMatch), partly: partly.map((one) => one.id) });
}

export function shownMatch(anomaly: Anomaly): Matched["matched"][number] {
  const { id, kind, score, state, message } = anomaly;
  return { id, kind, severity: score.band, score: score.value, where: whereText(anomaly), state, message };
}

function tooMany(found: number, limit: number): OperationFailure {
  return {
    code: "TL470",
    exit: 2,
    what: `${found} anomalies match, and at most ${limit} are changed at once`,
    effect: "Nothing was changed.",
    fix: `Narrow the filter, or allow more with --limit ${Math.min(found, MOST)} (at most ${MOST}).`,
  };
}
