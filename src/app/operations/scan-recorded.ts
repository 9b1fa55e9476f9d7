import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadedConfig } from "../../config/load.ts";
import type { Vantage } from "../../domain/cycle.ts";
import { derivedTimeOrderedId, derivedUuid } from "../../lib/ids.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { runCycle } from "../../pipeline/cycle.ts";
import type { FinishedReport } from "../../pipeline/cycle-report.ts";
import { noProber, recordedSource } from "../../pipeline/recorded-source.ts";
import type { CycleRooms, CycleTick } from "../../pipeline/tick.ts";
import { readRecordedScan, type RecordedScan } from "../../scan/recorded.ts";
import { createTelemetry } from "../../telemetry/happenings.ts";
import { silentLogger } from "../../telemetry/logger.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import { type Delivery, drainAll, openRelays, waitingEvents } from "../delivery.ts";
import { agentVersion } from "../package-root.ts";
import { declaredReader } from "../declared-reader.ts";
import { configuredMutes, hostTags, scopeTest } from "../settings.ts";
import { openState, scoringRules, stoppedClock } from "../wiring.ts";
import { type OperationFailure, unreadableFile } from "./failure.ts";

/** `tripline scan --from-xml`: recorded nmap XML through the same pipeline, as successive cycles. */
export interface RecordedRequest {
  readonly files: readonly string[];
  /** The files as the user wrote them, for the report. */
  readonly names: readonly string[];
  readonly loaded: LoadedConfig | null;
  /** Null: a temporary store that is gone afterwards. */
  readonly stateDirectory: string | null;
  /** Maturity after this many covered scans with no minimum time; null: the configured rule. */
  readonly learnScans: number | null;
  readonly learn: boolean;
  readonly emit: boolean;
  readonly signal: AbortSignal;
}

export interface RecordedCycle {
  readonly file: string;
  readonly report: FinishedReport;
}

export interface RecordedOutcome {
  readonly cycles: readonly RecordedCycle[];
  readonly delivery: Delivery;
}

const DEFAULT_RULE = { scans: 20, atLeastMs: 3 * 86_400_000 };

export async function scanRecorded(request: RecordedRequest): Promise<Result<RecordedOutcome, OperationFailure>> {
  const temporary = request.stateDirectory === null ? mkdtempSync(join(tmpdir(), "tripline-")) : null;
  try {
    return await inState(request, request.stateDirectory ?? temporary ?? "");
  } finally {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  }
}

async function inState(
  request: RecordedRequest,
  directory: string,
): Promise<Result<RecordedOutcome, OperationFailure>> {
  const opened = openState(directory, "write", request.loaded?.config.store.max_size);
  if (!opened.ok) return err(opened.error);
  const store = opened.value;
  try {
    const telemetry = createTelemetry(silentLogger(), createMetrics());
    const relays = await openRelays({
      loaded: request.loaded,
      stateDirectory: directory,
      outbox: store.outbox,
      telemetry,
      onHealth: () => undefined,
    });
    const cycles: RecordedCycle[] = [];
    for (const [i, file] of request.files.entries()) {
      const cycle = await recordedCycle(request, file, store.cycles);
      if (!cycle.ok) return cycle;
      cycles.push({ ...cycle.value, file: request.names[i] ?? file });
    }
    const delivery = request.emit
      ? await drainAll(relays, store.outbox, request.signal)
      : { waiting: await waitingEvents(store.outbox), unreachable: false, reasons: [] };
    await relays.close();
    return ok({ cycles, delivery });
  } finally {
    store.close();
  }
}

async function recordedCycle(
  request: RecordedRequest,
  file: string,
  store: CycleRooms["store"],
): Promise<Result<RecordedCycle, OperationFailure>> {
  const missing = unreadableFile(file);
  if (missing !== null) return err(missing);
  const recorded = await readRecordedScan(file);
  const tick = tickOf(request, recorded);
  const last = (await store.loadBaseline(tick.vantage.segment)).lastScanAt;
  const at = recorded.run.endedAt;
  if (last !== null && at < last && recorded.run.completeness !== "failed") return err(tooOld(file, at, last));
  const report = await runCycle(tick, roomsOf(request, recorded, store), request.signal);
  return report.state === "finished"
    ? ok({ file, report })
    : err({
        exit: 130,
        code: "TL302",
        what: `reading ${file} was interrupted`,
        effect: "Nothing was learned from it.",
        fix: "Run the command again.",
      });
}

function tooOld(file: string, at: number, last: number): OperationFailure {
  const what = `${file} was recorded at ${new Date(at).toISOString()}, before the last scan of the state (${new Date(last).toISOString()})`;
  return {
    exit: 2,
    code: "TL303",
    what,
    effect: "Nothing was learned from it.",
    fix: "Give the files in the order of their time, or use another --state.",
  };
}

function tickOf(request: RecordedRequest, recorded: RecordedScan): CycleTick {
  const { loaded } = request;
  const segment = loaded?.config.segment ?? "recorded";
  const learned = loaded?.config.baseline.learn;
  const rule = learned === undefined ? DEFAULT_RULE : { scans: learned.scans, atLeastMs: learned.at_least };
  return {
    cycleId: derivedTimeOrderedId(recorded.run.endedAt, recorded.sha256),
    installId: derivedUuid(segment),
    profile: "ports",
    vantage: recordedVantage(loaded, segment),
    namespace: loaded?.config.namespace ?? "default",
    agentVersion: agentVersion(),
    maturity: request.learnScans === null ? rule : { scans: request.learnScans, atLeastMs: 0 },
    alertAt: loaded?.config.score.alert_at ?? 48,
    labels: new Map(Object.entries(loaded?.config.labels ?? {})),
    tags: [],
    publicUrl: loaded?.config.public_url ?? null,
    recorded: true,
    hostTags: hostTags(loaded),
    mutes: configuredMutes(loaded),
    learn: request.learn,
    plan: null,
    unfinished: null,
  };
}

function recordedVantage(loaded: LoadedConfig | null, segment: string): Vantage {
  return {
    name: loaded?.config.vantage.name ?? segment,
    segment,
    closed: loaded?.config.vantage.closed ?? false,
    hostname: null,
    sourceAddress: loaded?.config.vantage.seen_as[0] ?? null,
    mac: null,
    privilege: "single",
  };
}

function roomsOf(request: RecordedRequest, recorded: RecordedScan, store: CycleRooms["store"]): CycleRooms {
  const clock = stoppedClock(recorded.run.endedAt);
  return {
    store,
    source: recordedSource(recorded.run, scopeTest(request.loaded)),
    prober: noProber(),
    readDeclared: declaredReader(request.loaded, clock),
    rules: scoringRules(),
    clock,
  };
}
