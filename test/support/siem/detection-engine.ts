/** Rules and exception lists as the documented API of Elastic Security keeps them. */
export interface DetectionEngine {
  /** By `rule_id`. */
  readonly rules: Map<string, Kept>;
  /** By `list_id` and `item_id`. */
  readonly lists: Map<string, Kept>;
  /** Null: not its business. */
  answer(wish: Wish): Promise<Told | null>;
}

export type Kept = Readonly<Record<string, unknown>>;

interface Wish {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

interface Told {
  readonly status: number;
  readonly body: object;
}

const RULES = "/api/detection_engine/rules";
const LISTS = "/api/exception_lists";

export function detectionEngine(): DetectionEngine {
  const rules = new Map<string, Kept>();
  const lists = new Map<string, Kept>();
  return {
    rules,
    lists,
    answer: async (wish) => {
      const url = new URL(wish.path, "http://kibana");
      if (url.pathname === `${RULES}/_import`) return importRules(rules, wish);
      if (url.pathname === `${RULES}/_find`) return { status: 200, body: { total: enabledOf(rules) } };
      if (url.pathname === RULES) return one(rules, wish, url.searchParams.get("rule_id") ?? "");
      if (!url.pathname.startsWith(LISTS)) return null;
      const id = url.searchParams.get("item_id") ?? url.searchParams.get("list_id");
      return id === null ? store(lists, wish) : one(lists, wish, id);
    },
  };
}

function enabledOf(rules: ReadonlyMap<string, Kept>): number {
  const tagged = [...rules.values()].filter(({ tags }) => Array.isArray(tags) && tags.includes("Tripline"));
  return tagged.filter(({ enabled }) => enabled === true).length;
}

function one(all: Map<string, Kept>, { method }: Wish, id: string): Told {
  const found = all.get(id);
  if (found === undefined) return { status: 404, body: { message: `id: "${id}" not found`, status_code: 404 } };
  if (method === "DELETE") all.delete(id);
  return { status: 200, body: found };
}

/** What it fills in by itself when a rule is created. */
const ADDED = { id: "0f1e2d3c", created_by: "soc", updated_by: "soc", immutable: false, revision: 0, output_index: "" };

async function importRules(rules: Map<string, Kept>, { type, body }: Wish): Promise<Told> {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  const file = form.get("file");
  if (!(file instanceof File)) return { status: 400, body: { message: "Invalid file extension", status_code: 400 } };
  const sent = (await file.text())
    .trimEnd()
    .split("\n")
    .map((line): Kept => JSON.parse(line));
  const wrong = sent.filter(({ rule_id: id, type: kind, query }) => !id || !kind || !query);
  const errors = wrong.map(({ rule_id: id }) => ({
    rule_id: id,
    error: { status_code: 400, message: "type: Required" },
  }));
  if (errors.length === 0) for (const rule of sent) rules.set(String(rule["rule_id"]), { ...ADDED, ...rule });
  return { status: 200, body: { success: errors.length === 0, success_count: sent.length - errors.length, errors } };
}

function store(lists: Map<string, Kept>, { method, path, body }: Wish): Told {
  const sent: Kept = JSON.parse(body.toString("utf8"));
  const isItem = path.startsWith(`${LISTS}/items`);
  const id = String(sent[isItem ? "item_id" : "list_id"]);
  if (isItem && method === "PUT" && "list_id" in sent)
    return { status: 400, body: { message: "[request body]: list_id: Unrecognized key", status_code: 400 } };
  lists.set(id, { ...lists.get(id), ...sent, os_types: [], comments: [] });
  return { status: 200, body: lists.get(id) ?? {} };
}
