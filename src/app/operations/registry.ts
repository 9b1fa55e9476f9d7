import { z } from "zod";
import { ok } from "../../lib/result.ts";
import { muteEndProblem } from "../../domain/anomaly.ts";
import { ACCEPT, accept, ACCEPTED } from "./accept.ts";
import { ACK, ack, ACKNOWLEDGED } from "./ack.ts";
import { announce, ANNOUNCED } from "./announce.ts";
import { ANNOUNCEMENT } from "./announcement.ts";
import { COMPARE, compareBaseline } from "./compare-baseline.ts";
import { EXPORT, exportBaseline } from "./export-baseline.ts";
import { CANCEL_CHANGE, cancelChange, CANCELLED } from "./cancel-change.ts";
import { ACCEPT_MANY, acceptMany } from "./accept-many.ts";
import { FILTER, matching } from "./anomaly-filter.ts";
import { MUTE_CHECK, muteCheck } from "./check-mutes.ts";
import { CLOSE, close, CLOSED } from "./close.ts";
import { configKeys } from "./config-keys.ts";
import { doctor } from "./doctor.ts";
import { DRIFT, type DriftPlace, runDrift } from "./drift.ts";
import { DRY_RUN, dryRun } from "./dry-run.ts";
import { EXPLAIN, explain } from "./explain.ts";
import { explainStored } from "./explain-anomaly.ts";
import { anomalyOrMember } from "./find-anomaly.ts";
import { HOST_HISTORY, historyOfHost } from "./host-history.ts";
import { IMPORT, importBaseline, IMPORTED } from "./import-baseline.ts";
import { INVESTIGATE, subjectOf } from "./investigate.ts";
import { investigateOrAsk } from "./investigate-or-ask.ts";
import { FILE, sourceOf } from "./known-good-source.ts";
import { LEARN, learn, LEARNING_ANEW } from "./learn.ts";
import { LEARN_PERIOD, LEARNED_PERIOD, learnPeriod } from "./learn-period.ts";
import { MATCHED } from "./many.ts";
import { MUTE, MUTED, mute } from "./mute.ts";
import { MUTE_MANY, muteMany } from "./mute-many.ts";
import { changeOperation, type Desk, operation, type Site, stateOperation } from "./operation.ts";
import { DIFF_SCANS, diffOfScans } from "./diff-scans.ts";
import { EVENTS, readEvents } from "./read-events.ts";
import { RAW_HOST, rawHost } from "./raw-host.ts";
import { REPLAY, replay } from "./replay.ts";
import { REOPEN, reopen, REOPENED } from "./reopen.ts";
import { reloadAgent } from "./reload-agent.ts";
import { SCAN } from "./scan-now.ts";
import { scanOrAsk } from "./scan-or-ask.ts";
import { RECORDED, scanRecorded } from "./scan-recorded.ts";
import { listScans, SCANS } from "./scans.ts";
import { SET_UP, setUp } from "./set-up.ts";
import { baselineOf } from "./show-baseline.ts";
import { agentWorks, statusOf } from "./status.ts";
import { UNMUTE, UNMUTED, unmute } from "./unmute.ts";

const NOTHING = z.strictObject({});
const BY_ID = z.strictObject({ id: z.string().min(1) });

/** Use cases that change an open state: by a command that opens it, or by the agent that holds it, for whoever asks it. */
export const CHANGES = {
  accept: changeOperation({ name: "accept", input: ACCEPT, output: ACCEPTED, run: accept }),
  learn: changeOperation({ name: "learn", input: LEARN, output: LEARNING_ANEW, run: learn }),
  learnPeriod: changeOperation({
    name: "learnPeriod",
    input: LEARN_PERIOD,
    output: LEARNED_PERIOD,
    run: learnPeriod,
  }),
  importBaseline: changeOperation({
    name: "importBaseline",
    input: IMPORT,
    output: IMPORTED,
    run: importBaseline,
  }),
  mute: changeOperation({
    name: "mute",
    input: MUTE,
    output: MUTED,
    run: mute,
    check: ({ until }, now) => muteEndProblem(until, now),
  }),
  unmute: changeOperation({ name: "unmute", input: UNMUTE, output: UNMUTED, run: unmute }),
  announce: changeOperation({ name: "announce", input: ANNOUNCEMENT, output: ANNOUNCED, run: announce }),
  cancelChange: changeOperation({
    name: "cancelChange",
    input: CANCEL_CHANGE,
    output: CANCELLED,
    run: cancelChange,
  }),
  acceptMany: changeOperation({ name: "acceptMany", input: ACCEPT_MANY, output: MATCHED, run: acceptMany }),
  muteMany: changeOperation({
    name: "muteMany",
    input: MUTE_MANY,
    output: MATCHED,
    run: muteMany,
    check: ({ until }, now) => muteEndProblem(until, now),
  }),
  ack: changeOperation({ name: "ack", input: ACK, output: ACKNOWLEDGED, run: ack }),
  close: changeOperation({ name: "close", input: CLOSE, output: CLOSED, run: close }),
  reopen: changeOperation({ name: "reopen", input: REOPEN, output: REOPENED, run: reopen }),
};

/** Use cases on an open state. Those that only read need no agent: they open it beside one. */
export const STATE_OPERATIONS = {
  ...CHANGES,
  anomaly: stateOperation({
    name: "anomaly",
    access: "read",
    input: BY_ID,
    run: (desk: Desk, { id }) => anomalyOrMember(desk, id),
  }),
  anomalies: stateOperation({
    name: "anomalies",
    access: "read",
    input: FILTER,
    run: async (desk: Desk, filter) => ok(await matching(desk, filter, "any")),
  }),
  muteCheck: stateOperation({
    name: "mute-check",
    access: "read",
    input: MUTE_CHECK,
    run: async (desk: Desk, wish) => ok(await muteCheck(desk, wish)),
  }),
  investigated: stateOperation({
    name: "investigated",
    access: "read",
    input: BY_ID,
    run: (desk: Desk, { id }) => subjectOf(desk, id),
  }),
  explainAnomaly: stateOperation({ name: "explain-anomaly", access: "read", input: BY_ID, run: explainStored }),
  status: stateOperation({
    name: "status",
    access: "read",
    input: NOTHING,
    run: async (desk: Desk) => ok(await statusOf(desk)),
  }),
  baseline: stateOperation({
    name: "baseline",
    access: "read",
    input: NOTHING,
    run: async (desk: Desk) => ok(await baselineOf(desk)),
  }),
  exportBaseline: stateOperation({
    name: "export-baseline",
    access: "read",
    input: EXPORT,
    run: async (desk: Desk, wish) => ok(await exportBaseline(desk, wish)),
  }),
  scans: stateOperation({ name: "scans", access: "read", input: SCANS, run: listScans }),
  diffScans: stateOperation({ name: "diff-scans", access: "read", input: DIFF_SCANS, run: diffOfScans }),
  hostHistory: stateOperation({ name: "host-history", access: "read", input: HOST_HISTORY, run: historyOfHost }),
  rawHost: stateOperation({ name: "raw-host", access: "read", input: RAW_HOST, run: rawHost }),
  events: stateOperation({ name: "events", access: "read", input: EVENTS, run: readEvents }),
  compareBaseline: stateOperation({
    name: "compare-baseline",
    access: "read",
    input: COMPARE,
    run: compareBaseline,
  }),
};

/** Use cases that open what they need themselves: beside a running agent they are refused, or only read. */
export const OPERATIONS = {
  scanOrAsk: operation({ name: "scan-or-ask", input: SCAN, run: scanOrAsk }),
  reload: operation({ name: "reload", input: NOTHING, run: reloadAgent }),
  dryRun: operation({ name: "dry-run", input: DRY_RUN, run: dryRun }),
  scanRecorded: operation({ name: "scan-recorded", input: RECORDED, run: scanRecorded }),
  replay: operation({ name: "replay", input: REPLAY, run: replay }),
  drift: operation({
    name: "drift",
    input: DRIFT,
    run: (at: DriftPlace, request) => runDrift({ ...at, ...request }),
  }),
  /** Does an agent work on this state? An output that is down is no reason to restart it. */
  agentWorks: operation({
    name: "agent-works",
    input: NOTHING,
    run: (site: Pick<Site, "runtime" | "stateDirectory">) => Promise.resolve(agentWorks(site)),
  }),
  doctor: operation({
    name: "doctor",
    input: NOTHING,
    run: (site: Site, _, during) => doctor(site, during),
  }),
  investigate: operation({ name: "investigate", input: INVESTIGATE, run: investigateOrAsk }),
  setUp: operation({ name: "setup", input: SET_UP, run: setUp }),
  explain: operation({
    name: "explain",
    input: EXPLAIN,
    run: (_: unknown, request) => Promise.resolve(explain(request)),
  }),
  /** A file as an import is given it. */
  knownGoodSource: operation({
    name: "known-good-source",
    input: FILE,
    run: (_: unknown, request) => sourceOf(request),
  }),
  configKeys: operation({
    name: "config-keys",
    input: z.strictObject({ below: z.string().nullable() }),
    run: (_: unknown, { below }) => Promise.resolve(configKeys(below)),
  }),
};

/** What an operation gives when it is not refused. */
export type OutcomeOf<Name extends keyof typeof OPERATIONS> = Unrefused<
  Awaited<ReturnType<(typeof OPERATIONS)[Name]["run"]>>
>;

type Unrefused<Answer> = Answer extends { readonly ok: true; readonly value: infer Out }
  ? Out
  : Answer extends { readonly ok: false }
    ? never
    : Answer;
