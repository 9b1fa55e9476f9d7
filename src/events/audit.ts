import type { Anomaly, Transition } from "../domain/anomaly.ts";
import type { AuditEntry, EventDocument } from "../domain/event.ts";
import type { AuditKind } from "../domain/kinds.ts";
import { sha256Hex } from "../lib/hash.ts";
import { isoTime } from "../lib/time.ts";
import { anomalyUrl, riskBranch } from "./anomaly.ts";
import { muteBranch } from "./anomaly-tripline.ts";
import type { EventContext } from "./context.ts";
import { eventHead, eventTail, head, observer, rule, sentence, triplineHead } from "./envelope.ts";
import { auditEventId } from "./event-id.ts";
import { finish } from "./finish.ts";
import { reference } from "./pages.ts";
import { SLUGS } from "./slugs.ts";
import type { Branch } from "./tree.ts";

/** Who did what. With the anomaly it was done to, the event repeats its severity, so that silencing it can alarm. */
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
      ...eventHead("event", SLUGS[entry.kind]),
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

const TRANSITION: Partial<Readonly<Record<AuditKind, Transition>>> = {
  "anomaly-accepted": "accepted",
  "mute-added": "muted",
  "mute-removed": "unmuted",
  "mute-expired": "unmuted",
};

function anomalyBranch(entry: AuditEntry, anomaly: Anomaly): Branch {
  return {
    id: anomaly.id,
    kind: anomaly.kind,
    subject: anomaly.subject,
    state: anomaly.state,
    transition: TRANSITION[entry.kind],
    mute: muteBranch(anomaly),
  };
}

function auditBranch(entry: AuditEntry): Branch {
  return {
    object: entry.object,
    via: entry.via,
    reason: entry.reason,
    until: entry.until === null ? null : isoTime(entry.until),
    before_sha256: digestOf(entry.before),
    after_sha256: digestOf(entry.after),
  };
}

/** Former and new state stay in the store; the event proves which they were. */
function digestOf(state: string | null): string | null {
  if (state === null) return null;
  return /^[0-9a-f]{64}$/.test(state) ? state : sha256Hex(state);
}

/** With the anomaly it was done to, and without one: then the object says what it was. */
const DID: Readonly<Record<AuditKind, readonly [toAnomaly: string, alone: (object: string) => string]>> = {
  "anomaly-accepted": ["accepted", (object) => `accepted ${object}`],
  "mute-added": ["muted", () => "added a mute"],
  "mute-removed": ["removed the mute of", () => "removed a mute"],
  "mute-expired": ["ended the mute of", () => "ended a mute"],
  "baseline-accepted": ["accepted", (object) => `accepted the present state of ${object}`],
  "baseline-reset": ["learns anew because of", (object) => `started to learn anew: ${object}`],
  "config-loaded": ["loaded the configuration because of", () => "loaded the configuration"],
  "config-rejected": ["rejected the configuration because of", () => "rejected a new configuration"],
  "scan-requested": ["requested a scan because of", (object) => `requested a scan of ${object}`],
};

function auditSentence(entry: AuditEntry, anomaly: Anomaly | null): string {
  const [toAnomaly, alone] = DID[entry.kind];
  const what = anomaly === null ? alone(entry.object) : `${toAnomaly} ${anomalyText(anomaly)}`;
  const until = entry.until === null ? "" : ` until ${isoTime(entry.until).slice(0, 10)}`;
  const why = entry.reason === "" ? "" : `: ${entry.reason}`;
  return `${entry.by} ${what}${until}${why}`;
}

function anomalyText(anomaly: Anomaly): string {
  const where = anomaly.host === null ? "" : ` on ${anomaly.host.name ?? anomaly.host.address}`;
  return `anomaly ${anomaly.id} (${anomaly.kind}${where})`;
}
