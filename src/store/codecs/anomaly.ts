import { z } from "zod";
import { ANOMALY_STATES, SCORE_PARTS, VERDICTS } from "../../domain/anomaly.ts";
import { ANOMALY_KINDS } from "../../domain/kinds/catalogue.ts";
import { facts, hostRef, portRef, severity } from "./common.ts";
import { declaredView } from "./declarations.ts";
import { listOf, numberOrNull, textOrNull, texts } from "./json.ts";

const kind = z.enum(ANOMALY_KINDS);

const anomalyState = z.enum(ANOMALY_STATES);

const exposure = z.enum([
  "remote-admin",
  "data-store",
  "control-plane",
  "proxy-tunnel",
  "remote-access-tool",
  "web",
  "mail",
  "file",
  "other",
  "unknown",
]);

const score = z.strictObject({
  value: z.number(),
  band: severity,
  bits: numberOrNull,
  parts: listOf(z.strictObject({ name: z.enum(SCORE_PARTS), points: z.number(), why: z.string() })),
  exposure: exposure.nullable(),
});

const reason = z.enum([
  "rare-port",
  "unknown-service",
  "remote-admin",
  "data-store",
  "control-plane",
  "proxy-service",
  "unauthenticated",
  "backdoor",
  "high-criticality",
  "not-declared",
  "declared-port-closed",
  "same-identity",
  "same-product",
  "new-host",
  "closed-segment",
  "all-evidence-replaced",
  "family-changed",
  "key-replaced",
  "foreign-issuer",
  "self-signed",
  "name-lost",
  "downgrade",
  "rollout",
  "corroborated",
  "unconfirmed",
  "planned-change",
  "maintenance",
]);

const excuse = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("change"),
    id: z.string(),
    ticket: z.string(),
    by: z.string(),
    until: z.number(),
    learned: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("maintenance"), window: z.string(), until: z.number() }),
]);

const history = z.strictObject({
  scans: z.number(),
  seen: z.number(),
  changes: z.number(),
  firstSeen: numberOrNull,
  lastSeen: numberOrNull,
});

const member = z.strictObject({
  hostId: z.string(),
  ip: z.string(),
  name: textOrNull,
  anomalyId: z.string(),
  subject: z.string().exactOptional(),
  from: textOrNull.exactOptional(),
  to: textOrNull.exactOptional(),
  over: z.number().exactOptional(),
});
const group = z.strictObject({
  id: z.string(),
  kind,
  from: textOrNull,
  to: textOrNull,
  members: listOf(member),
  subject: z.string(),
  role: z.string().exactOptional(),
  since: z.number().exactOptional(),
});
const closeReason = z.enum(["back-to-baseline", "superseded", "accepted", "relearned", "aged", "real"]);

const operatorAct = { by: z.string(), reason: z.string(), at: z.number() };

const investigation = z.strictObject({
  at: z.number(),
  by: z.string(),
  cycle: z.string(),
  found: z.enum(["open", "gone", "unmeasured"]),
  services: texts,
  open: z.number(),
  os: textOrNull,
  keys: texts,
  sentence: z.string(),
});

/** What an anomaly is about; of a member of a group as well. */
const about = {
  kind,
  subject: z.string(),
  target: z.string(),
  detector: z.strictObject({ id: z.string(), version: z.string() }),
  host: hostRef.nullable(),
  port: portRef.nullable(),
  from: textOrNull,
  to: textOrNull,
};

const toldMember = z.strictObject({
  id: z.string(),
  ...about,
  episode: z.number(),
  count: z.number(),
  firstSeen: z.number(),
  lastSeen: z.number(),
  confirmed: z.boolean(),
  score: z.number(),
  over: z.number().exactOptional(),
});

export const anomaly = z.strictObject({
  id: z.string(),
  segment: z.string(),
  ...about,
  before: facts,
  after: facts,
  state: anomalyState,
  episode: z.number(),
  count: z.number(),
  firstSeen: z.number(),
  lastSeen: z.number(),
  openedCycle: z.string(),
  lastCycle: z.string(),
  lastEventAt: z.number(),
  score,
  confirmed: z.boolean(),
  evidence: z.enum(["syn-ack", "reset", "no-response", "handshake"]).nullable(),
  reasons: listOf(reason),
  informational: z.boolean(),
  history,
  declared: declaredView.nullable(),
  group: group.nullable(),
  supersedes: texts,
  closed: z.strictObject({ by: z.string(), reason: closeReason }).nullable(),
  mute: z.strictObject({ id: z.string(), origin: z.string(), until: numberOrNull }).nullable(),
  message: z.string(),
  excuse: excuse.exactOptional(),
  acknowledged: z.strictObject(operatorAct).exactOptional(),
  verdict: z.strictObject({ as: z.enum(VERDICTS), ...operatorAct }).exactOptional(),
  investigation: investigation.exactOptional(),
  told: listOf(toldMember).exactOptional(),
});

export const mute = z.strictObject({
  id: z.string(),
  match: z.strictObject({
    host: z.string().exactOptional(),
    port: z.string().exactOptional(),
    kind: kind.exactOptional(),
    anomaly: z.string().exactOptional(),
    segment: z.string().exactOptional(),
  }),
  reason: z.string(),
  until: z.number(),
  by: z.string(),
  origin: z.string(),
});
