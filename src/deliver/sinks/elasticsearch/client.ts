import { Client, errors } from "@elastic/elasticsearch";

/** The only door to the official client. */

export interface ElasticsearchSettings {
  readonly url: string;
  readonly auth: { readonly apiKey: string } | { readonly username: string; readonly password: string } | null;
  /** PEM text, or null for the system's certificates. */
  readonly ca: string | null;
  readonly insecureSkipVerify: boolean;
}

/**
 * No retries and no sniffing: the relay alone decides when something is sent again. 9.x has no default time-out.
 */
export function makeClient(settings: ElasticsearchSettings): Client {
  const { url, auth, ca, insecureSkipVerify } = settings;
  const tls = { ...(ca === null ? {} : { ca }), rejectUnauthorized: !insecureSkipVerify };
  return new Client({
    node: url,
    ...(auth === null ? {} : { auth }),
    ...(url.startsWith("https:") ? { tls } : {}),
    maxRetries: 0,
    requestTimeout: 30_000,
    maxResponseSize: 16 * 1024 ** 2,
    compression: true,
    sniffOnStart: false,
  });
}

/** What went wrong with a request as a whole. */
export interface RequestFailure {
  /** Null: no answer at all. */
  readonly status: number | null;
  readonly type: string;
  readonly text: string;
  readonly retryAfterMs: number | null;
  /** Wrong product, certificate or answer: waiting does not help. */
  readonly permanent: boolean;
}

export function failureOf(error: unknown): RequestFailure {
  const text = (error instanceof Error ? error.message : String(error)).slice(0, 300);
  if (error instanceof errors.ResponseError) {
    const type = String(error.body?.error?.type ?? error.name);
    return {
      status: error.statusCode ?? null,
      type,
      text,
      retryAfterMs: retryAfter(error.headers?.["retry-after"]),
      permanent: false,
    };
  }
  const wrongProduct = error instanceof errors.ProductNotSupportedError;
  const unreadable = error instanceof errors.DeserializationError;
  const tls = /certificate|self.signed|altnames|SSL|TLS/i.test(text);
  return {
    status: null,
    type: error instanceof Error ? error.name : "unknown",
    text,
    retryAfterMs: null,
    permanent: wrongProduct || unreadable || tls,
  };
}

/** Seconds or an HTTP date. */
function retryAfter(header: unknown): number | null {
  if (typeof header !== "string") return null;
  return /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null;
}
