import type { Evaluation } from "../domain/evaluation.ts";
import type { EventDocument, HealthNotice } from "../domain/event.ts";
import { HEALTH } from "../domain/kinds/health.ts";
import type { CycleFacts, EventContext } from "./context.ts";
import { eventHead, eventTail, head, observer, rule, scanHead, sentence, triplineHead } from "./envelope.ts";
import { healthEventId } from "./event-id.ts";
import { finish } from "./finish.ts";
import { reference } from "./pages.ts";
import { networkBranch } from "./subject.ts";
import type { Branch } from "./tree.ts";

/** A notice made outside of a cycle; epoch and commit counter of the store make its identity. */
export function encodeHealth(
  notice: HealthNotice,
  context: EventContext,
  commit: { readonly epoch: string | number; readonly commitCounter: number },
): EventDocument {
  const occasion = ["commit", String(commit.epoch), String(commit.commitCounter)];
  return encode({ notice, context, facts: null, at: context.committedAt, occasion });
}

/** A notice of a cycle; `n` tells two alike in one cycle apart. */
export function encodeCycleHealth(notice: HealthNotice, facts: CycleFacts, n: number): EventDocument {
  const { context } = facts;
  return encode({ notice, context, facts, at: context.endedAt, occasion: ["cycle", context.cycleId, String(n)] });
}

/** A notice of an evaluation between two scans; `n` tells two alike apart. */
export function encodeEvaluatedHealth(
  notice: HealthNotice,
  facts: CycleFacts,
  { evaluation, n }: { readonly evaluation: Evaluation; readonly n: number },
): EventDocument {
  const occasion = ["evaluation", evaluation.id, String(n)];
  return encode({ notice, context: facts.context, facts, at: evaluation.at, occasion });
}

interface HealthInput {
  readonly notice: HealthNotice;
  readonly context: EventContext;
  readonly facts: CycleFacts | null;
  readonly at: number;
  readonly occasion: readonly string[];
}

function encode(input: HealthInput): EventDocument {
  const { notice, context, facts } = input;
  const id = healthEventId(notice, context.installId, input.occasion);
  return finish({
    id,
    family: "scan",
    action: notice.kind,
    severity: null,
    key: [],
    context,
    ecs: {
      ...head(context, { family: "scan", at: input.at }),
      message: sentence(notice.message),
      event: eventBranch(notice, context, id),
      source: { ip: context.vantage.sourceAddress },
      network: networkBranch(context, { address: null, port: null }, null),
      ...observer(context),
      rule: rule(context, notice.kind),
      error: notice.outcome === "failure" ? { message: notice.reason, code: notice.code } : null,
    },
    tripline: {
      ...triplineHead(context, facts),
      scan: facts === null ? null : scanHead(facts),
      ...subjectBranch(notice),
    },
  });
}

function eventBranch(notice: HealthNotice, context: EventContext, id: string): Branch {
  return {
    ...eventHead("event", HEALTH[notice.kind]),
    action: notice.kind,
    provider: "health",
    ...eventTail(context, "scan", id),
    reason: notice.reason,
    outcome: notice.outcome,
    code: notice.code,
    reference: reference(notice.kind, context.docsBase),
  };
}

/** The subject as a leaf, where the contract has one for it; the message names it always. */
function subjectBranch(notice: HealthNotice): Branch {
  switch (HEALTH[notice.kind].leaf) {
    case "sink":
      return { outbox: { sink: notice.subject } };
    case "stale-source":
      return { declared: { source: { file: notice.subject, stale: true } } };
    case "source":
      return { declared: { source: { file: notice.subject }, findings: { ...notice.findings } } };
    case null:
      return {};
  }
}
