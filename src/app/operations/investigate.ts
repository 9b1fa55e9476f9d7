import { z } from "zod";
import type { Anomaly } from "../../domain/anomaly.ts";
import { investigationOf, type Investigation, isUp } from "../../domain/investigation.ts";
import { provesAbsence } from "../../domain/nmap-run.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { LiveScanner } from "../live.ts";
import type { OperationFailure } from "../failure.ts";
import { anomalyByPrefix } from "./find-anomaly.ts";
import type { Desk, During } from "./operation.ts";
import { commitChange } from "./operator-commit.ts";
import { scanLive } from "./scan-live.ts";

export const INVESTIGATE = z.strictObject({
  /** Of the anomaly, or its first characters. */
  id: z.string().min(1),
  by: z.string().min(1),
});

export const INVESTIGATED = z.object({ id: z.string(), address: z.string(), sentence: z.string() });

export type Investigated = Readonly<z.infer<typeof INVESTIGATED>>;

/** One deep look at the host of an anomaly, now; what it found is kept with the anomaly. Nothing becomes normal by it. */
export async function investigate(
  desk: Desk,
  { id, by }: z.infer<typeof INVESTIGATE>,
  { live, signal, onProgress }: During & { readonly live: LiveScanner },
): Promise<Result<Investigated, OperationFailure>> {
  const subject = await subjectOf(desk, id);
  if (!subject.ok) return subject;
  const { anomaly, address } = subject.value;
  const request = {
    live,
    profile: "deep",
    only: [address],
    learn: false,
    learnScans: null,
    signal,
    onProgress,
  } as const;
  const report = await scanLive(desk, request);
  if (!report.ok) return report.error.code === "TL122" ? err(outOfScope(address)) : report;
  if (report.value.state === "interrupted") return err(CUT_SHORT);
  const { cycleId: cycle, vantage, summary } = report.value;
  if (vantage.state === "degraded") return err(notBelieved(address, "the vantage is degraded", "TL484"));
  const runs = await desk.store.cycles.loadRuns(cycle);
  const seen = runs.flatMap((run) => run.hosts).filter((host) => host.address === address);
  if (isUnfinished(summary, seen)) return err(notBelieved(address, "nmap did not finish", "TL485"));
  const found = investigationOf(seen, { at: desk.runtime.clock.now(), by, cycle, port: anomaly.port });
  await attach(desk, anomaly.id, found);
  return ok({ id: anomaly.id, address, sentence: found.sentence });
}

/** A run that was cut off may show that a host is there, never that it is gone. */
function isUnfinished(summary: Parameters<typeof provesAbsence>[0], seen: readonly HostObservation[]): boolean {
  return summary.completeness === "failed" || (!provesAbsence(summary) && !seen.some(isUp));
}

/** The scan may have moved the anomaly, so it is read again. */
function attach(desk: Desk, id: string, investigation: Investigation): Promise<void> {
  return desk.store.cycles.exclusively(async () => {
    const anomaly = await desk.store.history.anomaly(id);
    if (anomaly === null) return;
    const { by, sentence: reason } = investigation;
    const changed = { ...anomaly, investigation };
    await commitChange(desk, { by, reason }, { kind: "anomaly-investigated", object: "anomaly", anomaly, changed });
  });
}

interface Subject {
  readonly anomaly: Anomaly;
  readonly address: string;
}

/** Cycles that are looked at to tell whether this state was ever scanned by this program. */
const LAST_CYCLES = 50;

/** What would be looked at; a refusal when nothing can be. */
export async function subjectOf(
  desk: Pick<Desk, "store" | "loaded">,
  id: string,
): Promise<Result<Subject, OperationFailure>> {
  const found = await anomalyByPrefix(desk, id);
  if (!found.ok) return found;
  const anomaly = found.value;
  if (anomaly.host === null) return err(severalHosts(anomaly));
  const cycles = await desk.store.history.cycles(anomaly.segment, LAST_CYCLES);
  if (cycles.length > 0 && cycles.every((cycle) => cycle.plan === null)) return err(RECORDED);
  return ok({ anomaly, address: anomaly.host.address });
}

function severalHosts({ id, group }: Anomaly): OperationFailure {
  const members = group?.members.map((member) => member.ip) ?? [];
  return {
    code: "TL480",
    exit: 2,
    what: `the anomaly ${id} concerns ${members.length} hosts, and one host is investigated at a time`,
    effect: "Nothing was scanned.",
    fix: `Scan one of its hosts: tripline scan --profile deep --target ${members[0] ?? "ADDRESS"}`,
  };
}

const RECORDED: OperationFailure = {
  code: "TL481",
  exit: 2,
  what: "this state was made from recorded scans only, and its hosts may be anywhere",
  effect: "Nothing was scanned.",
  fix: "Investigate where the network is scanned live: its own state knows the anomaly after one scan.",
};

function outOfScope(address: string): OperationFailure {
  return {
    code: "TL482",
    exit: 2,
    what: `${address} is no longer inside the configured targets, or it is excluded`,
    effect: "Nothing was scanned: an anomaly does not widen the scope.",
    fix: "Look at the host by other means, or change targets and exclude in the configuration.",
  };
}

const CUT_SHORT: OperationFailure = {
  code: "TL483",
  exit: 130,
  what: "interrupted: the host was not completely looked at",
  effect: "Nothing was attached to the anomaly.",
  fix: "Repeat the command.",
};

function notBelieved(address: string, why: string, code: "TL484" | "TL485"): OperationFailure {
  return {
    code,
    exit: 3,
    what: `the look at ${address} proves nothing: ${why}`,
    effect: "Nothing was attached to the anomaly.",
    fix: "See tripline status and tripline doctor for the cause, then repeat the command.",
  };
}
