import type { Anomaly, AnomalyStep } from "../domain/anomaly.ts";
import type { Severity } from "../domain/declaration.ts";
import type { Evaluation } from "../domain/evaluation.ts";
import type { EventDocument } from "../domain/event.ts";
import type { Facts } from "../domain/facts.ts";
import { isoTime } from "../lib/time.ts";
import { anomalyTripline } from "./anomaly-tripline.ts";
import type { CycleFacts, EventContext } from "./context.ts";
import { eventHead, eventTail, head, observer, rule, sentence, triplineHead } from "./envelope.ts";
import { stepEventId } from "./event-id.ts";
import { factsNow } from "./facts.ts";
import { finish } from "./finish.ts";
import { reference } from "./pages.ts";
import { eventCells } from "./attack.ts";
import { endpointBranches, hostBranch, networkBranch, serviceBranch, sourceBranch, type Subject } from "./subject.ts";
import type { Branch } from "./tree.ts";

/** The four numbers of Elastic's risk bands: any other falls back to medium in its stock alert rule. */
const SEVERITY: Readonly<Record<Severity, number>> = { low: 21, medium: 47, high: 73, critical: 99 };
const NS_PER_MS = 1_000_000;

/** One step of an anomaly's life as the scan cycle saw it. */
export function encodeStep(step: AnomalyStep, facts: CycleFacts): EventDocument {
  const { context } = facts;
  const id = stepEventId(step, context.installId, context.cycleId);
  return encode({ step, context, facts, id, evaluation: null });
}

/** A step of an evaluation between two scans; `facts` are those of the cycle whose observations were judged. */
export function encodeEvaluatedStep(step: AnomalyStep, facts: CycleFacts, evaluation: Evaluation): EventDocument {
  const { context } = facts;
  const id = stepEventId(step, context.installId, `evaluation:${evaluation.id}`);
  return encode({ step, context, facts, id, evaluation });
}

/** A step made by an operator or a timer: there is no cycle, so the audit row is the occasion. */
export function encodeOperatorStep(step: AnomalyStep, context: EventContext, auditId: string): EventDocument {
  const id = stepEventId(step, context.installId, `audit:${auditId}`);
  return encode({ step, context, facts: null, id, evaluation: null });
}

interface StepInput {
  readonly step: AnomalyStep;
  readonly context: EventContext;
  readonly facts: CycleFacts | null;
  readonly id: string;
  /** Null: a cycle or an operator. */
  readonly evaluation: Evaluation | null;
}

function encode(given: StepInput): EventDocument {
  const { step, osName } = asSeenNow(given.step, given.facts);
  const { context, facts, id, evaluation } = given;
  const { anomaly } = step;
  return finish({
    id,
    family: "anomaly",
    action: anomaly.kind,
    severity: anomaly.score.band,
    key: anomaly.host === null ? [] : [anomaly.host.id],
    context,
    ecs: ecsBranch({ ...given, step, osName }),
    tripline: {
      ...triplineHead(context, facts),
      ...anomalyTripline(step, context, facts),
      evaluation: evaluation === null ? null : { cause: evaluation.cause, id: evaluation.id },
    },
  });
}

/** The host of the step as the scan shows it; an operator acts on what was last known. */
function asSeenNow(step: AnomalyStep, facts: CycleFacts | null): { step: AnomalyStep; osName: string | null } {
  const { anomaly } = step;
  const now = anomaly.host === null ? null : (facts?.hosts(anomaly.host.id) ?? null);
  if (now === null) return { step, osName: anomaly.after.os_name ?? null };
  return { step: { ...step, anomaly: { ...anomaly, host: now.host } }, osName: now.osName };
}

interface SeenStep extends StepInput {
  /** nmap's best guess of the system. */
  readonly osName: string | null;
}

function ecsBranch({ step, context, id, osName }: SeenStep): Branch {
  const { anomaly } = step;
  const subject = subjectOf(anomaly, osName);
  const address = anomaly.host?.address ?? null;
  const wire = factsNow(step);
  const service = wire.service ?? anomaly.before.service ?? null;
  return {
    ...head(context, { family: "anomaly", at: step.at, tags: anomaly.host?.tags }),
    message: sentence(anomaly.message),
    event: eventBranch(step, context, id),
    host: subject === null ? null : hostBranch(subject),
    ...(subject === null ? {} : endpointBranches(subject)),
    source: sourceBranch(context, address),
    network: networkBranch(context, { address, port: anomaly.port }, wire.state === "closed" ? null : service),
    service: serviceBranch(address, anomaly.port, serviceFacts(wire, service)),
    ...observer(context),
    rule: rule(context, anomaly.kind, { row: eventCells(anomaly), version: anomaly.detector.version }),
  };
}

function eventBranch(step: AnomalyStep, context: EventContext, id: string): Branch {
  const { anomaly } = step;
  const row = eventCells(anomaly);
  const risk = anomaly.score.value;
  return {
    ...eventHead(kindOf(step, context), isOpening(step) ? row : { ...row, type: "info" }),
    action: anomaly.kind,
    provider: anomaly.detector.id,
    ...eventTail(context, "anomaly", id),
    severity: SEVERITY[anomaly.score.band],
    risk_score: risk,
    risk_score_norm: risk,
    reason: step.reason,
    ...periodBranch(step),
    reference: reference(anomaly.kind, context.docsBase),
    url: anomalyUrl(anomaly, context),
  };
}

/** `alert` is strict: the stock rule of Elastic Security raises every one of them. */
function kindOf(step: AnomalyStep, context: EventContext): "alert" | "event" {
  const { anomaly } = step;
  const loud = step.notable && isOpening(step) && !anomaly.informational && anomaly.state === "open";
  return loud && anomaly.score.value >= context.alertAt ? "alert" : "event";
}

function isOpening(step: AnomalyStep): boolean {
  return step.transition === "opened" || step.transition === "escalated";
}

/** An end and a duration only when the anomaly is over; `event.duration` counts nanoseconds. */
function periodBranch(step: AnomalyStep): Branch {
  const start = step.anomaly.firstSeen;
  const over =
    step.transition === "resolved" ||
    step.transition === "aged" ||
    step.transition === "accepted" ||
    step.transition === "closed";
  if (!over) return { start: isoTime(start) };
  const end = Math.max(step.at, start);
  return { start: isoTime(start), end: isoTime(end), duration: (end - start) * NS_PER_MS };
}

/** Severity and score as an audit event about this anomaly repeats them. */
export function riskBranch(anomaly: Anomaly): Branch {
  const risk = anomaly.score.value;
  return { severity: SEVERITY[anomaly.score.band], risk_score: risk, risk_score_norm: risk };
}

/** The anomaly in the agent's page, or null without a public URL. */
export function anomalyUrl(anomaly: Pick<Anomaly, "id">, context: EventContext): string | null {
  return context.publicUrl === null ? null : `${context.publicUrl.replace(/\/+$/, "")}/anomalies/${anomaly.id}`;
}

function subjectOf({ host, port }: Anomaly, osName: string | null): Subject | null {
  return host === null ? null : { host, port, osName };
}

function serviceFacts(wire: Facts, service: string | null) {
  return { name: service, product: wire.product ?? null, version: wire.version ?? null, state: wire.state ?? null };
}
