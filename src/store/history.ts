import type { HistoryStore } from "../domain/ports/stores.ts";
import { readAcceptUndo } from "./accept-undo.ts";
import { findAnomalies, readAnomaly } from "./anomalies.ts";
import { readAllChanges } from "./changes.ts";
import { readCycles, readLastCycle } from "./cycle-rows.ts";
import type { Database } from "./database.ts";
import { readRuns } from "./observations.ts";
import { readAudit, readVerdicts } from "./operator.ts";

/** Queries for people who look something up. */
export function historyStore(database: Database): HistoryStore {
  return {
    lastCycle: async (segment) => readLastCycle(database, segment),
    cycles: async (segment, limit) => readCycles(database, segment, limit),
    runsOf: async (cycleId, address) => readRuns(database, cycleId, address),
    anomaly: async (id) => readAnomaly(database, id),
    anomalies: async (filter) => findAnomalies(database, filter),
    changes: async (segment, limit) => readAllChanges(database, segment, limit),
    acceptUndo: async (anomalyId) => readAcceptUndo(database, anomalyId),
    verdicts: async (since) => readVerdicts(database, since),
    audit: async (limit) => readAudit(database, limit),
  };
}
