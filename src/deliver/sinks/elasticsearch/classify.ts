import type { Outcome, SendResult, SinkReason } from "../../../domain/ports/sink.ts";
import type { RequestFailure } from "./failure.ts";

/** One item of a bulk answer, as far as it decides anything. */
export interface BulkItem {
  /** Null when the item does not say it. */
  readonly id: string | null;
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly failureStore: string | null;
}

type Stop = { readonly kind: "stop"; readonly reason: SinkReason };
export type ItemVerdict = Outcome | Stop;

/** The statuses of a server, or of what is before it, that is there but cannot just now. */
const BUSY = new Set([429, 502, 503, 504]);
const REFUSED = new Set([401, 403, 404]);

/** The document is in the stream, by this request or an earlier one. */
export function isTaken({ status, failureStore }: BulkItem): boolean {
  return status === 409 || ((status === 200 || status === 201) && failureStore !== "used");
}

/** The outcome of one row. 409 is success: the deterministic id is in the stream already. */
export function classifyItem(item: BulkItem): ItemVerdict {
  const { status, type, text } = item;
  if (status === 200 || status === 201) {
    return item.failureStore === "used"
      ? rejected("failure-store", "the document went to the failure store; rules do not see it")
      : { kind: "delivered" };
  }
  if (status === 409) return { kind: "delivered", note: "already-present" };
  if (status === 400 && /pipeline with id .* does not exist/i.test(text))
    return stop("assets-missing", `${text}; run tripline setup elasticsearch`);
  if (REFUSED.has(status)) return refused(status, `HTTP ${status} ${type}: ${text}`);
  if (BUSY.has(status)) return retry(`busy-${status}`, text);
  // Only a refusal of the document is final; anything else may be a fault of the server.
  return status >= 400 && status < 500 ? rejected(type, text) : retry("server-error", `HTTP ${status}: ${text}`);
}

/** Beyond this a connection that breaks while we send may be a server or proxy that refuses the size. */
const LARGE_BYTES = 1024 ** 2;

/** The outcome of a request without item answers. */
export function classifyFailure(
  failure: RequestFailure,
  sent: { readonly rows: number; readonly bytes: number },
): SendResult | { readonly kind: "bisect" } {
  if (failure.kind === "answer") return classifyAnswer(failure, sent.rows);
  if (failure.kind === "connection") return unknown(sent.rows, { slug: "connection", text: failure.text });
  if (failure.kind !== "reset") return stop(SLUGS[failure.kind], `${failure.text}; ${FIXES[failure.kind]}`);
  if (sent.bytes <= LARGE_BYTES) return unknown(sent.rows, { slug: "connection", text: failure.text });
  if (sent.rows > 1) return { kind: "too-large" };
  return unknown(1, { slug: "connection-reset", text: `${failure.text}, with an event of ${sent.bytes} bytes` });
}

const SLUGS = { tls: "tls", product: "wrong-product", unreadable: "unexpected-answer", version: "version" } as const;
const FIXES = {
  tls: "check the CA file, the dates of the certificate and its host name",
  product: "a proxy or another product answers here, not Elasticsearch; for OpenSearch use the Kafka output",
  unreadable: "is there a proxy in between?",
  version: "upgrade the server",
} as const;

function classifyAnswer(failure: RequestFailure, rows: number): SendResult | { readonly kind: "bisect" } {
  const { status, text, type } = failure;
  if (status === null) return unknown(rows, { slug: "connection", text });
  if (status === 413) return { kind: "too-large" };
  if (REFUSED.has(status)) return refused(status, text);
  if (BUSY.has(status) || status === 500)
    return unknown(rows, { slug: `busy-${status}`, text }, failure.retryAfterMs ?? undefined);
  if (status === 400 && type === "media_type_header_exception")
    return stop("version", `${text}; the server's version is not compatible with this client`);
  if (status === 400) return { kind: "bisect" };
  return stop("unexpected-answer", `${text}; ${FIXES.unreadable}`);
}

function refused(status: number, text: string): Stop {
  if (status === 404) return stop("assets-missing", `${text}; run tripline setup elasticsearch`);
  if (status === 401) return stop("credentials", `${text}; check the API key`);
  return stop("credentials", `${text}; the key needs auto_configure and create_doc on logs-tripline.*-*`);
}

function unknown(rows: number, reason: SinkReason, afterMs?: number): SendResult {
  const outcome: Outcome = { kind: "retry", reason, ...(afterMs === undefined ? {} : { afterMs }) };
  return { kind: "settled", outcomes: Array.from({ length: rows }, () => outcome) };
}

export function stop(slug: string, text: string): Stop {
  return { kind: "stop", reason: { slug, text: text.slice(0, 400) } };
}

export function rejected(slug: string, text: string): Outcome {
  return { kind: "rejected", reason: { slug, text: text.slice(0, 400) } };
}

export function retry(slug: string, text: string): Outcome {
  return { kind: "retry", reason: { slug, text: text.slice(0, 400) } };
}
