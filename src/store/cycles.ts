import type { CycleCommit, CycleStore, EvaluationCommit, OperatorCommit } from "../domain/ports/stores.ts";
import { anomaliesWriter, pastAnomalies, readAnomalies } from "./anomalies.ts";
import { readBaseline, readLastScanAt } from "./baseline-read.ts";
import { baselineWriter } from "./baseline-write.ts";
import { changeFileWriter, changesWriter, readChangeFiles, readChanges } from "./changes.ts";
import { closeInterrupted, cycleWriter, nextScanNumber, readCycles } from "./cycle-rows.ts";
import type { Database, Write } from "./database.ts";
import { declaredWriter, readDeclared } from "./declared-snapshot.ts";
import { eventsWriter, packEvent } from "./events.ts";
import { marksWriter, readMarks } from "./marks.ts";
import { installId } from "./meta.ts";
import { readRuns } from "./observations.ts";
import { oneAfterTheOther } from "./one-after-the-other.ts";
import { operatorWriter, readMutes } from "./operator.ts";
import { shardWriter } from "./shards.ts";
import { mapInSlices } from "./slices.ts";

/** What a cycle reads before it and commits after it. Every commit is one transaction. */
export function cycleStore(database: Database): CycleStore {
  let revision = 0;
  return {
    exclusively: oneAfterTheOther(),
    revision: () => revision,
    installId: async () => installId(database),
    nextScanNumber: async (segment) => nextScanNumber(database, segment),
    loadBaseline: (segment) => readBaseline(database, segment),
    lastScanAt: async (segment) => readLastScanAt(database, segment),
    loadAnomalies: async (segment) => readAnomalies(database, segment),
    pastAnomalies: (segment) => pastAnomalies(database, segment),
    loadMutes: async () => readMutes(database),
    loadChanges: async (segment) => readChanges(database, segment),
    loadChangeFiles: async () => readChangeFiles(database),
    noteChangeFile: async (file) => database.commit(changeFileWriter(database, file)),
    loadObservationMarks: async (segment) => readMarks(database, segment),
    loadDeclared: async (segment) => readDeclared(database, segment),
    beginCycle: async (record) => database.commit(cycleWriter(database, record)),
    commitShard: async (commit) => database.commit(await shardWriter(database, commit)),
    commitCycle: async (commit) => database.commit(await wholeCycleWriter(database, commit)),
    commitEvaluation: async (commit) => {
      database.commit(together(await judgedWriters(database, commit)));
      revision += 1;
    },
    commitOperator: async (commit) => {
      database.commit(await operatorWriter(database, commit));
      if (changesMemory(commit)) revision += 1;
    },
    commitHealth: async (encode, at) => commitHealth(database, encode, at),
    closeInterrupted: async (at) => closeInterrupted(database, at),
    loadInterrupted: async (segment) => {
      const [newest] = readCycles(database, segment, 1);
      return newest?.state === "interrupted" ? newest : null;
    },
    loadRuns: async (cycleId) => readRuns(database, cycleId),
  };
}

/** Many of these are only a row of the audit. */
function changesMemory(commit: OperatorCommit): boolean {
  const { anomalies, hosts, baseline, taught, addMutes, removeMutes, changes = [] } = commit;
  return (
    baseline !== null ||
    taught !== undefined ||
    [anomalies, hosts, addMutes, removeMutes, changes].some((rows) => rows.length > 0)
  );
}

/** The number of the commit is part of the ids, so these few bodies are made inside it. */
function commitHealth(database: Database, encode: Parameters<CycleStore["commitHealth"]>[0], at: number): void {
  database.commit((counter) => {
    const events = encode({ epoch: database.mark().epoch, commitCounter: counter });
    const packed = events.map((event) => packEvent(event, at));
    eventsWriter(database, packed)(counter);
  });
}

async function wholeCycleWriter(database: Database, commit: CycleCommit): Promise<Write> {
  const { segment } = commit.cycle;
  return together([
    cycleWriter(database, commit.cycle),
    commit.baseline === null ? () => {} : await baselineWriter(database, commit.baseline, commit.touchedHosts),
    marksWriter(database, segment, commit.observationMarks),
    ...(await judgedWriters(database, { ...commit, segment })),
  ]);
}

/** What every evaluation leaves, whatever its cause: anomalies, what was declared, and the events that report it. */
async function judgedWriters(database: Database, commit: EvaluationCommit): Promise<readonly Write[]> {
  const { segment, declared: state, committedAt: at } = commit;
  const events = await mapInSlices(commit.events, (event) => packEvent(event, at));
  return [
    await anomaliesWriter(database, commit.anomalies),
    declaredWriter(database, { segment, state, at }),
    changesWriter(database, commit.changes ?? []),
    eventsWriter(database, events),
  ];
}

function together(writes: readonly Write[]): Write {
  return (counter) => {
    for (const write of writes) write(counter);
  };
}
