import type { Anomaly } from "../domain/anomaly.ts";
import type { AuditEntry, EventDocument } from "../domain/event.ts";
import { AUDIT } from "../domain/kinds/audit.ts";
import { sha256Hex } from "../lib/hash.ts";
import { isoTime } from "../lib/time.ts";
import { anomalyUrl, riskBranch } from "./anomaly.ts";
import { muteBranch } from "./anomaly-tripline.ts";
import type { EventContext } from "./context.ts";
import { eventHead, eventTail, head, observer, rule, sentence, triplineHead } from "./envelope.ts";
import { auditEventId } from "./event-id.ts";
import { finish } from "./finish.ts";
import { reference } from "./pages.ts";
import type { Branch } from "./tree.ts";

/**
 * Who did what. With the anomaly it was done to, the event repeats its severity, so that muting it can raise an
 * alarm.
 */
export function encodeAudit(entry: AuditEntry, context: EventContext, anomaly: Anomaly | null = null): EventDocument {
  const id = auditEventId(context.installId, entry.id);
  return finish({
    id,
    family: "audit",
    action: entry.kind,
    severity: anomaly?.score.band ?? null,
    key: anomaly === null || anomaly.host === null ? [] : [anomaly.host.id],
    context,
    ecs: ecsBranch({ entry, context, anomaly, id }),
    tripline: {
      ...triplineHead(context, null),
      anomaly: anomaly === null ? null : anomalyBranch(entry, anomaly),
      audit: auditBranch(entry),
    },
  });
}

interface AuditInput {
  readonly entry: AuditEntry;
  readonly context: EventContext;
  readonly anomaly: Anomaly | null;
  readonly id: string;
}

function ecsBranch({ entry, context, anomaly, id }: AuditInput): Branch {
  return {
    ...head(context, { family: "audit", at: entry.at }),
    message: sentence(auditSentence(entry, anomaly)),
    event: {
      ...eventHead("event", AUDIT[entry.kind]),
      action: entry.kind,
      provider: "audit",
      ...eventTail(context, "audit", id),
      ...(anomaly === null ? {} : riskBranch(anomaly)),
      reason: entry.reason,
      outcome: "success",
      reference: reference(entry.kind, context.docsBase),
      url: anomaly === null ? null : anomalyUrl(anomaly, context),
    },
    host: hostOf(anomaly),
    user: { name: entry.by },
    ...observer(context),
    rule: rule(context, entry.kind),
  };
}

function hostOf(anomaly: Anomaly | null): Branch | null {
  const host = anomaly?.host ?? null;
  return host === null ? null : { id: host.id, name: host.name ?? host.address, ip: [host.address] };
}

function anomalyBranch(entry: AuditEntry, anomaly: Anomaly): Branch {
  return {
    id: anomaly.id,
    kind: anomaly.kind,
    subject: anomaly.subject,
    state: anomaly.state,
    transition: AUDIT[entry.kind].transition,
    mute: muteBranch(anomaly),
  };
}

function auditBranch(entry: AuditEntry): Branch {
  return {
    object: entry.object,
    via: entry.via,
    uid: entry.uid === undefined ? null : String(entry.uid),
    reason: entry.reason,
    until: entry.until === null ? null : isoTime(entry.until),
    before_sha256: digestOf(entry.before),
    after_sha256: digestOf(entry.after),
    verdict: entry.verdict?.as ?? null,
  };
}

/** Previous and new state stay in the store; the event proves which they were. */
function digestOf(state: string | null): string | null {
  if (state === null) return null;
  return /^[0-9a-f]{64}$/.test(state) ? state : sha256Hex(state);
}

function auditSentence(entry: AuditEntry, anomaly: Anomaly | null): string {
  const [toAnomaly, alone] = AUDIT[entry.kind].did;
  const what = anomaly === null ? alone(entry.object) : `${toAnomaly} ${anomalyText(anomaly)}`;
  const until = entry.until === null ? "" : ` until ${isoTime(entry.until).slice(0, 10)}`;
  const why = entry.reason === "" ? "" : `: ${entry.reason}`;
  return `${entry.by} ${what}${until}${why}`;
}

function anomalyText(anomaly: Anomaly): string {
  const where = anomaly.host === null ? "" : ` on ${anomaly.host.name ?? anomaly.host.address}`;
  return `anomaly ${anomaly.id} (${anomaly.kind}${where})`;
}
