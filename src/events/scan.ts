import type { DeclaredShare } from "../domain/declaration.ts";
import type { HealthNotice, EventDocument } from "../domain/event.ts";
import { HEALTH, type HealthKind } from "../domain/kinds/health.ts";
import type { ScanSummary } from "../domain/cycle.ts";
import type { Completeness } from "../domain/nmap-run.ts";
import { isoTime } from "../lib/time.ts";
import type { CycleFacts } from "./context.ts";
import { eventHead, eventTail, head, observer, rule, scanHead, sentence, triplineHead } from "./envelope.ts";
import { scanEventId } from "./event-id.ts";
import { finish } from "./finish.ts";
import { reference } from "./pages.ts";
import { networkBranch } from "./subject.ts";
import type { Branch } from "./tree.ts";

/** How full the queue was when the cycle was committed. */
export interface OutboxFill {
  readonly pending: number;
  readonly usedRatio: number;
}

export interface ScanInput {
  readonly facts: CycleFacts;
  readonly learningChanges: number;
  readonly outbox: OutboxFill | null;
  /** Null: nothing is declared. */
  readonly declared: DeclaredShare | null;
  /** The notice of the same kind, when there is one: it brings the code. */
  readonly notice: HealthNotice | null;
}

const KIND: Readonly<Record<Completeness, HealthKind>> = {
  complete: "scan-completed",
  partial: "scan-partial",
  failed: "scan-failed",
};
const OUTCOME: Readonly<Record<Completeness, string>> = { complete: "success", partial: "unknown", failed: "failure" };
const NS_PER_MS = 1_000_000;

export function scanKind(completeness: Completeness): HealthKind {
  return KIND[completeness];
}

/**
 * The last event of a cycle and the heartbeat of the sensor: whoever receives it was sent all anomalies of the cycle.
 */
export function encodeScan(input: ScanInput): EventDocument {
  const { context, summary } = input.facts;
  const action = scanKind(summary.completeness);
  const id = scanEventId(context.installId, context.cycleId);
  return finish({
    id,
    family: "scan",
    action,
    severity: null,
    key: [],
    context,
    ecs: {
      ...head(context, { family: "scan", at: context.endedAt }),
      message: sentence(scanSentence(input.facts)),
      event: eventBranch(input, action, id),
      source: { ip: context.vantage.sourceAddress },
      network: networkBranch(context, { address: null, port: null }, null),
      ...observer(context),
      rule: rule(context, action),
      error: summary.completeness === "failed" ? { message: summary.reason } : null,
    },
    tripline: triplineBranch(input),
  });
}

function scanSentence({ context, summary }: CycleFacts): string {
  const { hosts, completeness } = summary;
  const who = `Scan ${context.profile} from ${context.vantage.name}`;
  const where = `in segment ${context.vantage.segment}`;
  // A file that breaks off before its first host plans nothing, and "0 of 0" would read as success.
  if (hosts.planned === 0) return `${who} is ${completeness}: no host was measured ${where}`;
  return `${who} is ${completeness}: ${missingText(hosts)} ${where}`;
}

/** What `tripline.scan.coverage` lacks: hosts about which nothing is known, and hosts that were measured in part. */
function missingText({ planned, partial, unmeasured }: ScanSummary["hosts"]): string {
  if (partial === 0) return `${unmeasured} of ${planned} hosts not measured`;
  if (unmeasured === 0) return `${partial} of ${planned} hosts measured only in part`;
  return `${unmeasured} of ${planned} hosts not measured and ${partial} only in part`;
}

function eventBranch(input: ScanInput, action: HealthKind, id: string): Branch {
  const { context, summary } = input.facts;
  const end = Math.max(context.endedAt, context.startedAt);
  return {
    ...eventHead("event", HEALTH[action]),
    action,
    provider: "scan",
    ...eventTail(context, "scan", id),
    reason: summary.reason ?? input.notice?.reason,
    start: isoTime(context.startedAt),
    end: isoTime(end),
    duration: (end - context.startedAt) * NS_PER_MS,
    outcome: OUTCOME[summary.completeness],
    code: input.notice?.code,
    reference: reference(action, context.docsBase),
  };
}

function triplineBranch(input: ScanInput): Branch {
  const { facts, outbox, declared } = input;
  return {
    ...triplineHead(facts.context, facts, { privilege: facts.context.vantage.privilege }),
    scan: scanBranch(input),
    declared: declared === null ? null : { live: declared.live, explained: declared.explained },
    outbox: outbox === null ? null : { pending: outbox.pending, used_ratio: outbox.usedRatio },
  };
}

function scanBranch({ facts, learningChanges }: ScanInput): Branch {
  const { summary } = facts;
  return {
    ...scanHead(facts),
    comparability: [...summary.comparability].map(([family, key]) => `${family}:${key}`).toSorted(),
    nmap_version: summary.nmapVersion,
    hosts: summary.hosts,
    ports: summary.ports,
    script_errors: summary.scriptErrors.length,
    learning_changes: learningChanges > 0 ? learningChanges : null,
    reasons: [...new Set(summary.problems)],
    raw: { ...summary.raw },
  };
}
