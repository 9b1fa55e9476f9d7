import { request as plainRequest, type IncomingMessage } from "node:http";
import { request as secureRequest, type RequestOptions } from "node:https";
import { err, ok, type Result } from "../lib/result.ts";

/** Address, credentials and certificate of a web service. */
export interface ServiceSettings {
  /** With its base path, without a login. */
  readonly url: string;
  readonly auth: { readonly apiKey: string } | { readonly username: string; readonly password: string } | null;
  /** PEM text, or null for the system's certificates. */
  readonly ca: string | null;
  readonly insecureSkipVerify: boolean;
}

/** One request to a web service of the SIEM, with its own authority and credentials: `fetch` knows no private one. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "DELETE" | "PUT";
  /** Behind the base path, with its query. */
  readonly path: `/${string}`;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a form as what it is. */
  readonly body?: unknown;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

const PATIENCE_MS = 60_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** The error is one line: why there is no answer. */
export async function askService(
  settings: ServiceSettings,
  wish: HttpRequest,
  signal: AbortSignal,
): Promise<Result<HttpAnswer, string>> {
  const { headers, payload } = await encoded(wish.body);
  const options: RequestOptions = {
    method: wish.method,
    headers: { accept: "application/json", ...headers, ...wish.headers, ...authorization(settings) },
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    ...(settings.ca === null ? {} : { ca: settings.ca }),
    rejectUnauthorized: !settings.insecureSkipVerify,
  };
  try {
    return ok(await exchange(urlOf(settings, wish), options, payload));
  } catch (error) {
    return err(reasonOf(error));
  }
}

function urlOf({ url }: ServiceSettings, { path }: HttpRequest): URL {
  return new URL(`${url.replace(/\/+$/, "")}${path}`);
}

function authorization({ auth }: ServiceSettings): Readonly<Record<string, string>> {
  if (auth === null) return {};
  if ("apiKey" in auth) return { authorization: `ApiKey ${auth.apiKey}` };
  const login = Buffer.from(`${auth.username}:${auth.password}`).toString("base64");
  return { authorization: `Basic ${login}` };
}

interface Encoded {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer | null;
}

async function encoded(body: unknown): Promise<Encoded> {
  if (body === undefined) return { headers: {}, payload: null };
  const isForm = body instanceof FormData;
  // Whatever can be answered knows how to write a form, with its boundary.
  const written = isForm ? new Response(body) : Response.json(body);
  const payload = Buffer.from(await written.arrayBuffer());
  const type = written.headers.get("content-type") ?? "application/json";
  return { headers: { "content-type": type, "content-length": String(payload.length) }, payload };
}

function exchange(url: URL, options: RequestOptions, payload: Buffer | null): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? secureRequest : plainRequest;
    const request = send(url, options, (answer) => void textOf(answer).then(resolve, reject));
    request.on("error", reject);
    request.end(payload ?? undefined);
  });

  async function textOf(answer: IncomingMessage): Promise<HttpAnswer> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MOST_BYTES) throw new Error(`the answer is longer than ${MOST_BYTES / 1024 ** 2} MiB`);
      chunks.push(chunk);
    }
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString("utf8") };
  }
}

/** Several addresses of one name give several errors in one, whose own text is empty. */
function reasonOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (first instanceof Error && first.name === "TimeoutError") return `no answer within ${PATIENCE_MS / 1000} s`;
  const text = first instanceof Error ? first.message || first.name : String(first);
  return text.replaceAll(/\s+/g, " ").slice(0, 300);
}
