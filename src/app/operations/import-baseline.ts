import { z } from "zod";
import { compareKnownGood } from "../../baseline/known-good/compare.ts";
import { explainedBy } from "../../baseline/known-good/explained.ts";
import { knownGood } from "../../baseline/known-good/export.ts";
import { importKnownGood, type Imported } from "../../baseline/known-good/import.ts";
import { scopeTest } from "../../config/settings.ts";
import type { AcceptUndo } from "../../domain/accept-undo.ts";
import type { Anomaly } from "../../domain/anomaly.ts";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { KnownGood } from "../../domain/known-good.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { whereText } from "../../report/model/anomaly.ts";
import { acceptStep } from "../../score/life/operator.ts";
import type { OperationFailure } from "../failure.ts";
import { insideScope } from "./compare-baseline.ts";
import { readSource, SOURCE, type Source } from "./known-good-source.ts";
import { lacksOperator } from "./many.ts";
import type { Desk } from "./operation.ts";
import { type Change, commitChanges, type Operator } from "./operator-commit.ts";

export const IMPORT = z
  .strictObject({
    source: SOURCE,
    /** The segment that the file is known to be of, where it is not this one. */
    segmentFrom: z.string().optional(),
    /** The file takes the place of what is normal on its hosts; else it only adds to it. */
    replace: z.boolean().default(false),
    /** Without it nothing is changed. */
    yes: z.boolean().default(false),
    by: z.string().min(1).optional(),
    reason: z.string().min(1).optional(),
  })
  .refine((wish) => !lacksOperator(wish), { error: "by and reason are needed" });

/** Differences that are listed; the rest is counted. */
const MOST_LISTED = 500;

const text = z.string().nullable();

export const IMPORTED = z.object({
  done: z.boolean(),
  file: z.string(),
  segment: z.string(),
  hosts: z.int(),
  /** Hosts of the file that were not known here. */
  added: z.int(),
  /** Hosts of the file that are not scanned here. */
  outside: z.int(),
  /** Addresses at which another machine is known here: left as it is. */
  others: z.array(z.string()),
  differences: z.array(z.object({ address: z.string(), subject: z.string(), field: text, file: text, here: text })),
  /** Differences that are not listed. */
  more: z.int(),
  /** What the file says and is still not so, because something else is normal here. */
  kept: z.int(),
  closes: z.array(z.object({ id: z.string(), kind: z.string(), where: z.string(), message: z.string() })),
});

export type ImportOutcome = Readonly<z.infer<typeof IMPORTED>>;

/** What a file says becomes normal; what it explains of the open anomalies is accepted. Without `yes` it only says so. */
export async function importBaseline(
  desk: Desk,
  { source, segmentFrom, replace, yes, by = "", reason = "" }: z.infer<typeof IMPORT>,
): Promise<Result<ImportOutcome, OperationFailure>> {
  const { segment } = desk.loaded.config;
  const read = await readSource(source, desk.asker !== undefined);
  if (!read.ok) return read;
  const { file, outside } = insideScope(read.value, scopeTest(desk.loaded));
  const problem = foreignProblem(read.value, { segment, segmentFrom, outside });
  if (problem !== null) return err(problem);
  const at = desk.runtime.clock.now();
  const scan = (await desk.store.history.lastCycle(segment))?.scanNumber ?? 0;
  const before = await desk.store.cycles.loadBaseline(segment);
  const imported = importKnownGood(before, file, { at: { scan, at }, replace });
  const explained = await explainedAnomalies(desk, { before, after: imported.baseline, at });
  const planned = { before, file, imported, source, explained };
  if (yes) await commit(desk, { by, reason }, { ...planned, at });
  return ok({ ...outcomeOf(planned, outside), done: yes });
}

interface Planned {
  readonly before: SegmentBaseline;
  readonly file: KnownGood;
  readonly imported: Imported;
  readonly source: Source;
  readonly explained: readonly Explained[];
}

interface Explained {
  readonly anomaly: Anomaly;
  readonly undo: AcceptUndo;
}

async function explainedAnomalies(
  { store }: Desk,
  at: { readonly before: SegmentBaseline; readonly after: SegmentBaseline; readonly at: number },
): Promise<readonly Explained[]> {
  const { segment } = at.before;
  const open = await store.history.anomalies({ segment, states: ["open", "muted"], since: null });
  return open.flatMap((anomaly) => {
    const undo = explainedBy(anomaly, at);
    return undo === null ? [] : [{ anomaly, undo }];
  });
}

async function commit(desk: Desk, operator: Operator, planned: Planned & { readonly at: number }): Promise<void> {
  const { imported, source, explained, file, at } = planned;
  const whole: Change = {
    kind: "baseline-imported",
    object: `${file.hosts.length} hosts of ${source.name}`,
    after: source.sha256,
    rows: { taught: { baseline: imported.baseline, touched: imported.touched } },
  };
  const accepts = explained.map(
    ({ anomaly, undo }): Change => ({
      kind: "anomaly-accepted",
      object: "anomaly",
      anomaly,
      step: (audit) => acceptStep(anomaly, { ...operator, at: audit.at }),
      rows: { acceptUndo: [{ ...undo, at }] },
    }),
  );
  await commitChanges(desk, operator, [whole, ...accepts]);
}

function outcomeOf(
  { before, file, imported, source, explained }: Planned,
  outside: number,
): Omit<ImportOutcome, "done"> {
  const after = imported.baseline;
  const isTouched = ({ id }: { readonly id: string | null }) => imported.touched.has(id ?? "");
  const now = knownGood(after, isTouched);
  const differences = compareKnownGood(now, knownGood(before, isTouched));
  const kept = compareKnownGood(file, now).filter((one) => one.file !== null);
  return {
    file: source.name,
    segment: after.segment,
    hosts: file.hosts.length,
    added: after.hosts.size - before.hosts.size,
    outside,
    others: [...imported.others],
    differences: differences.slice(0, MOST_LISTED),
    more: Math.max(0, differences.length - MOST_LISTED),
    kept: kept.length,
    closes: explained.map(({ anomaly: { id, kind, message }, anomaly }) => ({
      id,
      kind,
      where: whereText(anomaly),
      message,
    })),
  };
}

function foreignProblem(
  file: KnownGood,
  here: { readonly segment: string; readonly segmentFrom: string | undefined; readonly outside: number },
): OperationFailure | null {
  const { segment, segmentFrom, outside } = here;
  const expected = segmentFrom ?? segment;
  if (file.segment !== expected) {
    return {
      code: "TL479",
      exit: 2,
      what: `the file is of the segment ${JSON.stringify(file.segment)}, not of ${JSON.stringify(expected)}`,
      effect: "Nothing was changed.",
      fix: `If these are the same machines, say so: --segment-from ${JSON.stringify(file.segment)}.`,
    };
  }
  if (file.hosts.length === 0 || outside < file.hosts.length) return null;
  return {
    code: "TL479",
    exit: 2,
    what: `none of the ${file.hosts.length} hosts of the file is scanned here`,
    effect: "Nothing was changed.",
    fix: "Name a file of this network; tripline config show lists targets and exclude.",
  };
}
