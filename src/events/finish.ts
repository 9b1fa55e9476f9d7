import type { Severity } from "../domain/declaration.ts";
import type { EventDocument, EventFamily } from "../domain/event.ts";
import type { ActionSlug } from "../domain/kinds/actions.ts";
import type { EventContext } from "./context.ts";
import { MAX_EVENT_BYTES } from "./fields.ts";
import { relatedOf } from "./related.ts";
import { type Branch, isTree, prune, type Pruned, type Tree } from "./tree.ts";

export interface Draft {
  readonly id: string;
  readonly family: EventFamily;
  readonly action: ActionSlug;
  readonly severity: Severity | null;
  /** What the key holds after the vantage: host id, port key. */
  readonly key: readonly string[];
  readonly context: EventContext;
  /** Everything but `related` and `tripline`. */
  readonly ecs: Branch;
  readonly tripline: Branch;
}

/** The last step of every encoder: limits, `related`, `tripline.truncated`, one line of JSON. Frozen from here on. */
export function finish(draft: Draft): EventDocument {
  const { id, family, action, severity, context } = draft;
  return {
    id,
    family,
    key: [context.vantage.name, ...draft.key].join("|"),
    action,
    severity,
    namespace: context.namespace,
    body: bodyOf(draft.ecs, draft.tripline),
  };
}

/** Leaves that may go when a document is too long, in this order: the first can be long by nature. */
const EXPENDABLE = ["scripts", "products", "open_services", "open_ports", "parts", "hosts", "ips", "banner", "labels"];

function bodyOf(ecs: Branch, tripline: Branch): string {
  let pruned = prune({ ...ecs, tripline });
  let body = JSON.stringify(withRelated(pruned));
  for (const key of EXPENDABLE) {
    if (Buffer.byteLength(body) <= MAX_EVENT_BYTES) return body;
    pruned = without(pruned, key);
    body = JSON.stringify(withRelated(pruned));
  }
  return body;
}

function withRelated(pruned: Pruned): Tree {
  const { tripline, ...ecs } = pruned.tree;
  const related = prune({ related: relatedOf(pruned.tree) });
  const truncated = [...pruned.truncated, ...related.truncated];
  const own = isTree(tripline) ? tripline : {};
  return { ...ecs, ...related.tree, tripline: truncated.length === 0 ? own : { ...own, truncated } };
}

/** Leaves out every leaf of that name, and says so. */
function without(pruned: Pruned, leaf: string): Pruned {
  const cut: string[] = [];
  const tree = omit(pruned.tree, leaf, { path: "", cut });
  return { tree, truncated: [...new Set([...pruned.truncated, ...cut])] };
}

function omit(tree: Tree, leaf: string, at: { readonly path: string; readonly cut: string[] }): Tree {
  const kept = Object.entries(tree).filter(([key]) => {
    if (key === leaf) at.cut.push(at.path + key);
    return key !== leaf;
  });
  const below = kept.map(([key, value]): [string, Tree[string]] => {
    return [key, isTree(value) ? omit(value, leaf, { ...at, path: `${at.path}${key}.` }) : value];
  });
  return Object.fromEntries(below);
}
