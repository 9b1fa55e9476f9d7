import { cleanText } from "../domain/clean-text.ts";
import { canonicalMac } from "../domain/network.ts";
import { ECS_VERSION, type EventFamily, SCHEMA_VERSION } from "../domain/event.ts";
import { ACTIONS, type ActionSlug } from "../domain/kinds/actions.ts";
import type { EventCells } from "../domain/kinds/row.ts";
import { isoTime } from "../lib/time.ts";
import type { CycleFacts, EventContext } from "./context.ts";
import { MAX_MESSAGE } from "./fields.ts";
import { reference } from "./pages.ts";
import { RULESET, RULE_VERSION } from "./attack.ts";
import type { Branch } from "./tree.ts";

const PRODUCT = "Tripline";
const LABEL_KEY = /^[a-z0-9_]{1,64}$/;

/** What is observed, when and in which family; the tags of the host come before the agent's own. */
interface Occasion {
  readonly family: EventFamily;
  /** UTC ms. */
  readonly at: number;
  readonly tags?: readonly string[] | undefined;
}

/** `@timestamp` to `labels`. */
export function head(context: EventContext, { family, at, tags = [] }: Occasion): Branch {
  return {
    "@timestamp": isoTime(at),
    ecs: { version: ECS_VERSION },
    data_stream: { type: "logs", dataset: `tripline.${family}`, namespace: context.namespace },
    tags: [...new Set([...tags, ...context.tags])],
    labels: labelsOf(context.labels),
  };
}

/** A dot in a key would make an object of it, so other keys are left out; the order is that of the alphabet. */
function labelsOf(labels: ReadonlyMap<string, string>): Branch {
  const usable = [...labels].filter(([key]) => LABEL_KEY.test(key)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(usable.slice(0, 16));
}

/** What the `event` set says in every family. */
export function eventHead(kind: "alert" | "event" | "state", slug: Pick<EventCells, "category" | "type">): Branch {
  return { kind, category: slug.category, type: [slug.type] };
}

export function eventTail(context: EventContext, family: EventFamily, id: string): Branch {
  return { module: "tripline", dataset: `tripline.${family}`, id, created: isoTime(context.committedAt) };
}

/** The vantage and the agent on it. */
export function observer(context: EventContext): Branch {
  const { vantage, agentVersion } = context;
  const mac = vantage.mac === null ? null : canonicalMac(vantage.mac);
  return {
    observer: {
      name: vantage.name,
      hostname: vantage.hostname,
      type: "sensor",
      vendor: PRODUCT,
      product: PRODUCT,
      version: agentVersion,
      ip: [vantage.sourceAddress],
      mac: [mac],
      ingress: { zone: vantage.segment },
    },
    agent: { id: context.installId, name: vantage.name, type: "tripline", version: agentVersion },
  };
}

/** Our detector; Kibana's own rule is somewhere else. */
export function rule(
  context: Pick<EventContext, "docsBase">,
  action: ActionSlug,
  { row = ACTIONS[action], version = RULE_VERSION }: { readonly row?: EventCells; readonly version?: string } = {},
): Branch {
  return {
    id: `tl-${action}`,
    name: row.rule,
    category: row.group,
    ruleset: RULESET,
    version,
    reference: reference(action, context.docsBase),
  };
}

/** The start of `tripline`: contract version and vantage; `facts` are null outside of a cycle. */
export function triplineHead(context: EventContext, facts: CycleFacts | null, more: Branch = {}): Branch {
  const { vantage } = context;
  return {
    schema: SCHEMA_VERSION,
    vantage: {
      id: vantage.name,
      segment: vantage.segment,
      closed: vantage.closed,
      state: facts?.vantage.state,
      failed_controls: facts?.vantage.problems,
      ...more,
    },
  };
}

/** `tripline.scan` of everything that was measured in a cycle. */
export function scanHead(facts: CycleFacts): Branch {
  const { context, summary } = facts;
  return {
    id: context.cycleId,
    profile: context.profile,
    method: summary.method,
    completeness: summary.completeness,
    coverage: Math.round(summary.coverage * 10_000) / 10_000,
    raw: { ref: summary.raw?.ref, sha256: summary.raw?.sha256 },
  };
}

/** One sentence: clean, on one line, at most 256 characters, a full stop at its end. */
export function sentence(text: string): string {
  const line = cleanText(text, { maxBytes: 1024 })
    .replace(/\s+/gu, " ")
    .trim()
    .replace(/[.\s]+$/u, "");
  if (line.length < MAX_MESSAGE) return `${line}.`;
  // Cutting may leave half of a surrogate pair behind.
  return `${line.slice(0, MAX_MESSAGE - 2).replace(/[\ud800-\udbff]$/, "")}….`;
}
