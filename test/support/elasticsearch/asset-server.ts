import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import type { Loose } from "../../events/loose.ts";
import { portOf } from "../ports.ts";
import { json } from "./recorded-server.ts";

// What a server of the full distribution answers to the calls of a set-up, written after its published API: the slim
// server of the other tests has neither pipelines nor transforms. `TRIPLINE_TEST_ELASTIC_FULL` runs the same on a real one.

type Body = Record<string, Loose>;
type Kind = "_component_template" | "_index_template" | "_ingest/pipeline" | "_transform";

export interface AssetServerOptions {
  /** Default 9.5.3. */
  readonly version?: string;
  /** Answers as OpenSearch: without the header of the product. */
  readonly otherProduct?: boolean;
  /** Cluster privileges of the key; absent: all. */
  readonly privileges?: readonly string[];
  /** Without the modules of x-pack. */
  readonly slim?: boolean;
  /** What the question for the mappings of our streams gives, by index. */
  readonly mappings?: Body;
}

export interface AssetServer {
  readonly url: string;
  /** `PUT /_index_template/x` and the like: everything that changed something. */
  readonly changes: readonly string[];
  /** What is held, by `kind/name`; a test may change it as somebody with a console would. */
  readonly held: Map<string, Body>;
  readonly running: Set<string>;
  /** The next calls of this method and kind are refused with this. */
  refuse(call: string, status: number, reason: string): void;
}

interface State extends Pick<AssetServer, "held" | "running"> {
  readonly options: AssetServerOptions;
  readonly changes: string[];
  readonly refusals: Map<string, readonly [number, string]>;
}

/** Ends with the test. */
export async function assetServer(options: AssetServerOptions = {}): Promise<AssetServer> {
  const state: State = { options, changes: [], refusals: new Map(), held: new Map(), running: new Set() };
  const server = createServer((request, response) => void answer(state, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { changes, held, running, refusals } = state;
  const refuse = (call: string, status: number, reason: string) => void refusals.set(call, [status, reason]);
  return { url: `http://127.0.0.1:${portOf(server)}`, changes, held, running, refuse };
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { version = "9.5.3", otherProduct = false, mappings = {} } = state.options;
  if (!otherProduct) response.setHeader("x-elastic-product", "Elasticsearch");
  const body = await bodyOf(request);
  const path = decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/");
  if (path === "/") return json(response, 200, { version: { number: version } });
  if (path === "/_nodes") return json(response, 200, { nodes: { a: { version, modules: modulesOf(state.options) } } });
  if (path.endsWith("/_mapping")) return json(response, 200, mappings);
  const asset =
    /^\/(_component_template|_index_template|_ingest\/pipeline|_transform)\/([^/]+)(\/_start|\/_stats)?$/.exec(path);
  if (asset === null) return json(response, 404, failed(404, "resource_not_found_exception", `no handler for ${path}`));
  const call = {
    method: request.method ?? "GET",
    kind: asset[1] as Kind,
    name: asset[2] ?? "",
    end: asset[3] ?? "",
    body,
  };
  const [status, said] = handled(state, call);
  json(response, status, said);
}

interface AssetCall {
  readonly method: string;
  readonly kind: Kind;
  readonly name: string;
  readonly end: string;
  readonly body: Body;
}

const NEEDS: Readonly<Record<Kind, string>> = {
  _component_template: "manage_index_templates",
  _index_template: "manage_index_templates",
  "_ingest/pipeline": "manage_ingest_pipelines",
  _transform: "manage_transform",
};

type Said = readonly [status: number, body: object];

function handled(state: State, call: AssetCall): Said {
  const { method, kind, name, end } = call;
  const refusal = state.refusals.get(`${method} ${kind}`);
  if (refusal !== undefined) return [refusal[0], failed(refusal[0], "illegal_argument_exception", refusal[1])];
  const { privileges } = state.options;
  if (privileges !== undefined && !privileges.includes(NEEDS[kind]))
    return [403, failed(403, "security_exception", unauthorized(kind))];
  if (method === "GET") return look(state, call);
  state.changes.push(`${method} /${kind}/${name}${end}`);
  const key = `${kind}/${name}`;
  if (end === "/_start") return state.running.add(name), [200, { acknowledged: true }];
  if (method === "DELETE") return removed(state, call);
  const problem = unknownPart(state.options.version ?? "9.5.3", call.body);
  if (problem !== null) return [400, failed(400, "x_content_parse_exception", problem)];
  const exists = kind === "_transform" && state.held.has(key);
  if (exists)
    return [400, failed(400, "resource_already_exists_exception", `Transform with id [${name}] already exists`)];
  state.held.set(key, normalised(kind, call.body));
  return [200, { acknowledged: true }];
}

function look({ held, running }: State, { kind, name, end }: AssetCall): Said {
  const body = held.get(`${kind}/${name}`);
  if (body === undefined) return [404, failed(404, "resource_not_found_exception", `${name} not found`)];
  if (end === "/_stats")
    return [200, { count: 1, transforms: [{ id: name, state: running.has(name) ? "started" : "stopped" }] }];
  if (kind === "_component_template") return [200, { component_templates: [{ name, component_template: body }] }];
  if (kind === "_index_template") return [200, { index_templates: [{ name, index_template: body }] }];
  if (kind === "_transform")
    return [
      200,
      {
        count: 1,
        transforms: [{ id: name, version: "10.0.0", create_time: 1, authorization: { roles: ["superuser"] }, ...body }],
      },
    ];
  return [
    200,
    { [name]: { ...body, created_date_millis: 1, created_date: "2026-01-01T00:00:00Z", modified_date_millis: 2 } },
  ];
}

/** A component that a template is made of, or a template whose stream lives, cannot be removed. */
function removed({ held, running }: State, { kind, name }: AssetCall): Said {
  const users = [...held].filter(
    ([key, body]) => key.startsWith("_index_template/") && (body["composed_of"] ?? []).includes(name),
  );
  if (kind === "_component_template" && users.length > 0) {
    const reason = `component templates [${name}] cannot be removed as they are still in use by index templates ${users.map(([key]) => key).join(", ")}`;
    return [400, failed(400, "illegal_argument_exception", reason)];
  }
  if (!held.delete(`${kind}/${name}`)) return [404, failed(404, "resource_not_found_exception", "not found")];
  running.delete(name);
  return [200, { acknowledged: true }];
}

/** As 9.0 says it to what came with 9.1. */
function unknownPart(version: string, body: Body): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const knows = major === 9 ? minor >= 1 : minor >= 19;
  return !knows && body["template"]?.data_stream_options !== undefined
    ? "[1:1] [template] unknown field [data_stream_options]"
    : null;
}

/** Settings come back as text, and what was left out with its default. */
function normalised(kind: Kind, body: Body): Body {
  const copy = structuredClone(body);
  const { template } = copy;
  if (template?.settings !== undefined) template.settings = asText(template.settings);
  if (template?.lifecycle !== undefined) template.lifecycle = { enabled: true, ...template.lifecycle };
  if (copy["data_stream"] !== undefined) copy["data_stream"] = { hidden: false, allow_custom_routing: false };
  if (kind === "_transform") copy["source"] = { ...copy["source"], query: { match_all: {} } };
  return kind === "_transform" ? { ...copy, settings: {} } : copy;
}

function asText(value: Loose): Loose {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asText(inner)]));
}

function modulesOf({ slim = false }: AssetServerOptions): readonly object[] {
  const names = slim ? ["analysis-common"] : ["analysis-common", "ingest-common", "constant-keyword", "transform"];
  return names.map((name) => ({ name }));
}

function unauthorized(kind: Kind): string {
  const granted = `this action is granted by the cluster privileges [${NEEDS[kind]},manage,all]`;
  return `action [cluster:admin/${kind}] is unauthorized for API key id [x] of user [tripline], ${granted}`;
}

function failed(status: number, type: string, reason: string): object {
  return { error: { root_cause: [{ type, reason }], type, reason }, status };
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
  return text === "" ? {} : JSON.parse(text);
}
