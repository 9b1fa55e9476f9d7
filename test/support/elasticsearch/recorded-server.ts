import { once } from "node:events";
import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecure, type Server as SecureServer } from "node:https";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import type { ServerIdentity } from "../certificates.ts";
import { portOf } from "../ports.ts";

/** One `create` of a bulk request. */
export interface BulkRow {
  readonly index: string;
  readonly id: string;
  readonly body: string;
}

export interface BulkRequest {
  readonly rows: readonly BulkRow[];
  readonly path: string;
  readonly contentType: string;
  readonly response: ServerResponse;
  /** What an Elasticsearch that is well answers to this row: 201, or 409 when the id is there already. */
  readonly take: (row: BulkRow) => object;
}

/** Plays one answer to `_bulk`; answers nothing: the request hangs. */
export type BulkAnswer = (request: BulkRequest) => void;

export interface RecordedOptions {
  /** Of the server; `compatible-with` must not be above an 8.x. Default 9.5.3. */
  readonly version?: string;
  readonly tls?: ServerIdentity;
  /** Without the header the official client demands, as OpenSearch. */
  readonly otherProduct?: boolean;
  /** Uncompressed bytes of a bulk request; a larger one is cut off (`reset`) or answered with an empty 413. */
  readonly limit?: { readonly bytes: number; readonly by: "reset" | "413" };
}

export interface RecordedServer {
  readonly url: string;
  /** Ids of each bulk request so far. */
  readonly sends: readonly (readonly string[])[];
  readonly headers: readonly string[];
  /** What it holds, by id: the bytes of the document. */
  readonly stored: ReadonlyMap<string, string>;
  /** The next bulk requests get these, one each; then everything is taken. */
  play(...answers: readonly BulkAnswer[]): void;
  /** Other keys for new connections; TLS only. */
  rotate(tls: ServerIdentity): void;
}

/** A small HTTP server that speaks as Elasticsearch does and says what a test wants. Ends with the test. */
export async function recordedServer(options: RecordedOptions = {}): Promise<RecordedServer> {
  const state: State = { options, answers: [], sends: [], headers: [], stored: new Map() };
  const handle = (request: IncomingMessage, response: ServerResponse) => void answer(state, request, response);
  const secure = options.tls === undefined ? null : createSecure(options.tls, handle);
  const server: Server | SecureServer = secure ?? createPlain(handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `${secure === null ? "http" : "https"}://127.0.0.1:${portOf(server)}`,
    sends: state.sends,
    headers: state.headers,
    stored: state.stored,
    play: (...answers) => void state.answers.push(...answers),
    rotate: (tls) => {
      secure?.setSecureContext(tls);
      server.closeAllConnections();
    },
  };
}

interface State {
  readonly options: RecordedOptions;
  readonly answers: BulkAnswer[];
  readonly sends: (readonly string[])[];
  readonly headers: string[];
  readonly stored: Map<string, string>;
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { version = "9.5.3", otherProduct = false } = state.options;
  if (!otherProduct) response.setHeader("x-elastic-product", "Elasticsearch");
  const { accept = "", "content-type": contentType = "" } = request.headers;
  const path = request.url ?? "";
  state.headers.push(`${request.method} ${path.split("?")[0]} | ${accept} | ${contentType}`);
  if (version.startsWith("8.") && /compatible-with=9/.test(accept + contentType))
    return json(response, 400, MEDIA_TYPE);
  if (path === "/") return json(response, 200, { version: { number: version, ...(otherProduct ? OPENSEARCH : {}) } });
  if (path.startsWith("/_bulk")) return bulk(state, request, response);
  if (path.startsWith("/_component_template/")) return json(response, 200, TEMPLATES);
  json(response, 200, {});
}

async function bulk(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request).catch(() => "");
  const { limit } = state.options;
  if (limit !== undefined && body.length > limit.bytes) {
    if (limit.by === "reset") return void request.socket.resetAndDestroy();
    return void response.writeHead(413).end();
  }
  const rows = rowsIn(body);
  state.sends.push(rows.map((row) => row.id));
  const take = (row: BulkRow): object => {
    if (state.stored.has(row.id)) return { create: { _id: row.id, status: 409, error: CONFLICT } };
    state.stored.set(row.id, row.body);
    return { create: { _id: row.id, status: 201 } };
  };
  const exchange = {
    rows,
    path: request.url ?? "",
    contentType: request.headers["content-type"] ?? "",
    response,
    take,
  };
  const next = state.answers.shift();
  if (next !== undefined) return next(exchange);
  json(response, 200, { errors: false, items: rows.map(take) });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return (request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
}

function rowsIn(body: string): readonly BulkRow[] {
  const lines = body.split("\n");
  return lines.flatMap((line, i): BulkRow[] => {
    if (i % 2 === 1 || line === "") return [];
    const { create } = JSON.parse(line);
    return [{ index: create._index, id: create._id, body: lines[i + 1] ?? "" }];
  });
}

export function json(response: ServerResponse, status: number, body: object): void {
  const headers = { "content-type": "application/vnd.elasticsearch+json;compatible-with=9" };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

/** Some that somebody installed: a sink asks whether there are any. */
const TEMPLATES = { component_templates: [{ name: "tripline@mappings", component_template: { template: {} } }] };
const OPENSEARCH = { distribution: "opensearch" };
const CONFLICT = { type: "version_conflict_engine_exception", reason: "version conflict, document already exists" };
const MEDIA_TYPE = {
  error: {
    type: "media_type_header_exception",
    reason: "Invalid media-type value on headers [Accept]",
    caused_by: { type: "status_exception", reason: "Accept version must be either version 8 or 7, but found 9" },
  },
  status: 400,
};
