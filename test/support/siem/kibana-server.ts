import { once } from "node:events";
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecure } from "node:https";
import { onTestFinished } from "vitest";
import { z } from "zod";
import type { ServerIdentity } from "../certificates.ts";
import { portOf } from "../ports.ts";
import { type DetectionEngine, detectionEngine } from "./detection-engine.ts";

/**
 * A small HTTP server that behaves like the documented API of Kibana for spaces and saved objects. Kibana itself is not
 * available to the tests: this says what we believe of it, and proves what we do with it.
 */
export interface KibanaServer {
  readonly url: string;
  /** Method and path of each request so far. */
  readonly requests: readonly string[];
  /** What a space holds, by `type id`. */
  objects(space?: string): ReadonlyMap<string, StoredObject>;
  /** As somebody saves an object in the browser: the time moves, and Kibana adds settings of its own. */
  edit(what: string, change: (attributes: Attributes) => Attributes, space?: string): void;
  /** As an upgrade of Kibana: every object gets a newer form, and no time moves. */
  upgrade(change: (object: StoredObject) => StoredObject): void;
  /** The next import gets this answer, and nothing is stored. */
  refuseImport(answer: object): void;
  /** Rules and exception lists of a space. */
  engine(space?: string): DetectionEngine;
}

export interface KibanaOptions {
  readonly version?: string;
  readonly basePath?: string;
  readonly spaces?: readonly string[];
  readonly tls?: ServerIdentity;
  /** The header `authorization` that it wants; absent: any. */
  readonly authorization?: string;
  /** Part of the path → it answers 403 to it. */
  readonly forbids?: string;
  /** Status of every answer before anything else is looked at. */
  readonly always?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: string;
  };
  /** False: a Kibana without Elastic Security. */
  readonly security?: boolean;
  /** As to somebody who is not logged in. */
  readonly hidesVersion?: boolean;
}

type Attributes = Readonly<Record<string, unknown>>;

export interface StoredObject {
  readonly id: string;
  readonly type: string;
  readonly attributes: Attributes;
  readonly references: readonly { readonly type: string; readonly id: string; readonly name: string }[];
  readonly created_at: string;
  readonly updated_at: string;
}

interface State {
  readonly options: KibanaOptions;
  readonly spaces: Map<string, Map<string, StoredObject>>;
  readonly requests: string[];
  readonly refusals: object[];
  readonly engines: Map<string, DetectionEngine>;
  clock: number;
}

export async function startKibana(options: KibanaOptions = {}): Promise<KibanaServer> {
  const spaces = new Map((options.spaces ?? ["default"]).map((id) => [id, new Map<string, StoredObject>()]));
  const state: State = {
    options,
    spaces,
    requests: [],
    refusals: [],
    engines: new Map(),
    clock: Date.UTC(2026, 10, 20),
  };
  const handle = (request: IncomingMessage, response: ServerResponse) => void answer(state, request, response);
  const server = options.tls === undefined ? createPlain(handle) : createSecure(options.tls, handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const held = (space = "default") => spaces.get(space) ?? new Map<string, StoredObject>();
  return {
    url: `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${portOf(server)}${options.basePath ?? ""}`,
    requests: state.requests,
    objects: held,
    edit: (what, change, space) => {
      const object = held(space).get(what);
      if (object === undefined) throw new Error(`there is no ${what}`);
      held(space).set(what, { ...object, attributes: change(object.attributes), updated_at: tick(state) });
    },
    upgrade: (change) => {
      for (const objects of spaces.values()) for (const [what, object] of objects) objects.set(what, change(object));
    },
    refuseImport: (refusal) => void state.refusals.push(refusal),
    engine: (space = "default") => engineOf(state, space),
  };
}

function tick(state: State): string {
  state.clock += 1000;
  return new Date(state.clock).toISOString();
}

interface Exchange {
  readonly state: State;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

function engineOf({ engines }: State, space: string): DetectionEngine {
  const engine = engines.get(space) ?? detectionEngine();
  engines.set(space, engine);
  return engine;
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const { basePath = "", always, authorization, forbids } = state.options;
  const path = request.url ?? "/";
  state.requests.push(`${request.method} ${path}`);
  if (always !== undefined) return void response.writeHead(always.status, always.headers ?? {}).end(always.body);
  response.setHeader("kbn-name", "kibana");
  if (!path.startsWith(basePath)) return problem(response, 404, "Not Found");
  if (authorization !== undefined && request.headers.authorization !== authorization)
    return problem(response, 401, "[security_exception]: unable to authenticate");
  if (request.method !== "GET" && request.headers["kbn-xsrf"] === undefined)
    return problem(response, 400, "Request must contain a kbn-xsrf header.");
  if (forbids !== undefined && path.includes(forbids))
    return problem(response, 403, `Unable to ${forbids.replace(/^_/, "")} dashboard`);
  await route({ state, request, response, body }, path.slice(basePath.length));
}

async function route(exchange: Exchange, path: string): Promise<void> {
  const { state, response, request, body } = exchange;
  const [, space = "default", rest = ""] = /^(?:\/s\/([^/]+))?(\/[^?]*)/.exec(path) ?? [];
  if (state.options.security !== false) {
    const type = request.headers["content-type"] ?? "";
    const wish = { method: request.method ?? "GET", path: path.replace(/^\/s\/[^/]+/, ""), type, body };
    const told = await engineOf(state, space).answer(wish);
    if (told !== null) return json(response, told.status, told.body);
  }
  switch (`${request.method} ${rest}`) {
    case "GET /api/status":
      return json(response, 200, statusBody(state.options));
    case "GET /api/spaces/space":
      return json(
        response,
        200,
        [...state.spaces.keys()].map((id) => ({ id, name: id })),
      );
    case "POST /api/saved_objects/_bulk_get":
      return bulkGet(exchange, space);
    case "POST /api/saved_objects/_bulk_delete":
      return bulkDelete(exchange, space);
    case "POST /api/saved_objects/_import":
      return importObjects(exchange, space, path.includes("overwrite=true"));
    default: {
      const id = /^\/api\/spaces\/space\/([^/]+)$/.exec(rest)?.[1];
      const known = id !== undefined && state.spaces.has(decodeURIComponent(id));
      return known ? json(response, 200, { id, name: id }) : problem(response, 404, "Not Found");
    }
  }
}

function statusBody({ version = "9.1.0", hidesVersion }: KibanaOptions): object {
  const level = { overall: { level: "available" } };
  return hidesVersion === true ? { status: level } : { name: "kibana", version: { number: version }, status: level };
}

const keys = z.array(z.object({ type: z.string(), id: z.string() }));

/** A space that does not exist holds nothing and takes everything: nobody checks it. */
function heldIn({ spaces }: State, space: string): Map<string, StoredObject> {
  const held = spaces.get(space) ?? new Map<string, StoredObject>();
  spaces.set(space, held);
  return held;
}

function bulkGet({ state, response, body }: Exchange, space: string): void {
  const found = keys.parse(JSON.parse(body.toString("utf8"))).map(({ type, id }) => {
    const error = { statusCode: 404, error: "Not Found", message: `Saved object [${type}/${id}] not found` };
    return heldIn(state, space).get(`${type} ${id}`) ?? { id, type, error };
  });
  json(response, 200, { saved_objects: found });
}

function bulkDelete({ state, response, body }: Exchange, space: string): void {
  const statuses = keys.parse(JSON.parse(body.toString("utf8"))).map(({ type, id }) => {
    const success = heldIn(state, space).delete(`${type} ${id}`);
    return success ? { id, type, success } : { id, type, success, error: { statusCode: 404, message: "Not Found" } };
  });
  json(response, 200, { statuses });
}

const line = z.looseObject({
  id: z.string(),
  type: z.enum(["index-pattern", "search", "dashboard"]),
  attributes: z.record(z.string(), z.unknown()),
  references: z.array(z.object({ type: z.string(), id: z.string(), name: z.string() })),
});

/** All or nothing where a reference is missing; both times are the time of the import. */
async function importObjects(
  { state, request, response, body }: Exchange,
  space: string,
  overwrite: boolean,
): Promise<void> {
  const refusal = state.refusals.shift();
  if (refusal !== undefined) return json(response, 200, refusal);
  const form = await new Response(new Uint8Array(body), {
    headers: { "content-type": request.headers["content-type"] ?? "" },
  }).formData();
  const file = form.get("file");
  if (!(file instanceof File) || !file.name.endsWith(".ndjson"))
    return problem(response, 400, "Invalid file extension");
  const lines = (await file.text())
    .trimEnd()
    .split("\n")
    .map((text): unknown => JSON.parse(text));
  const objects = lines.filter((one) => !("exportedCount" in Object(one))).map((one) => line.parse(one));
  const held = heldIn(state, space);
  const errors = objects.flatMap((object) => [
    ...missingReferences(object, [...held.keys(), ...objects.map(({ type, id }) => `${type} ${id}`)]),
    ...(!overwrite && held.has(`${object.type} ${object.id}`)
      ? [{ id: object.id, type: object.type, error: { type: "conflict" } }]
      : []),
  ]);
  const time = tick(state);
  const stored = errors.length > 0 ? [] : objects;
  for (const { id, type, attributes, references } of stored)
    held.set(`${type} ${id}`, { id, type, attributes, references, created_at: time, updated_at: time });
  json(response, 200, {
    success: errors.length === 0,
    successCount: stored.length,
    ...(errors.length > 0 ? { errors } : {}),
  });
}

function missingReferences(
  { id, type, references }: z.infer<typeof line>,
  known: readonly string[],
): readonly object[] {
  const missing = references.filter((one) => !known.includes(`${one.type} ${one.id}`));
  return missing.length === 0 ? [] : [{ id, type, error: { type: "missing_references", references: missing } }];
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function problem(response: ServerResponse, statusCode: number, message: string): void {
  json(response, statusCode, { statusCode, error: "Error", message });
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
