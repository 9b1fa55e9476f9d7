import { PATIENCE_MS } from "../patience.ts";

/** How a test reaches a server of this kind, as an administrator. */
export interface SearchAccess {
  readonly url: string;
  /** Value of the `authorization` header; empty for a server without users. */
  readonly authorization: string;
}

/** The same for an Elasticsearch, whose user is also told to our own client. */
export interface ElasticsearchAccess extends SearchAccess {
  readonly username: string;
  readonly password: string;
}

export interface Answer {
  readonly status: number;
  /** Parsed JSON; undefined for an empty answer. */
  readonly body: unknown;
}

/** One request without any client library, for set-up and for looking at what another client did. */
export async function ask(
  { url, authorization }: SearchAccess,
  path: `${"GET" | "POST" | "PUT" | "DELETE"} /${string}`,
  body?: unknown,
): Promise<Answer> {
  const [method = "GET", target = "/"] = path.split(" ");
  const headers: Record<string, string> = { authorization };
  if (body !== undefined) headers["content-type"] = Array.isArray(body) ? "application/x-ndjson" : "application/json";
  // Below the time a test has: a server that hangs then shows as that, and not as a slow test.
  const signal = AbortSignal.timeout(PATIENCE_MS / 4);
  const payload = body === undefined ? {} : { body: encode(body) };
  const answer = await fetch(`${url}${target}`, { method, headers, signal, ...payload });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}

/** An array becomes one JSON line per element, as `_bulk` takes it. */
function encode(body: unknown): string {
  return Array.isArray(body) ? body.map((line) => `${JSON.stringify(line)}\n`).join("") : JSON.stringify(body);
}
