import type { Outcome, SendResult, SinkReason } from "../../../domain/ports/sink.ts";
import type { RequestFailure } from "./client.ts";

/** One item of a bulk answer, as far as it decides anything. */
export interface BulkItem {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly failureStore: string | null;
}

export type ItemVerdict = Outcome | { readonly kind: "stop"; readonly reason: SinkReason };

const ASSETS_MISSING = "run tripline setup elasticsearch";

/** One row's fate. 409 is success: the deterministic id is in the stream already. */
export function classifyItem(item: BulkItem): ItemVerdict {
  const { status, type, text } = item;
  if (status === 200 || status === 201) {
    return item.failureStore === "used"
      ? rejected("failure-store", "the document went to the failure store; rules do not see it")
      : { kind: "delivered" };
  }
  if (status === 409) return { kind: "delivered", note: "already-present" };
  if (status === 400 && /pipeline with id .* does not exist/i.test(text))
    return stop("assets-missing", `${text}; ${ASSETS_MISSING}`);
  if ([401, 403, 404].includes(status))
    return stop(status === 404 ? "assets-missing" : "credentials", refusalText(status, text));
  if (status === 429 || status === 502 || status === 503 || status === 504) return retry(`busy-${status}`, text);
  if (status >= 500) return retry("server-error", text);
  return rejected(type, text);
}

/** The fate of a request that brought no item answers; `rows` is how many were sent. */
export function classifyFailure(failure: RequestFailure, rows: number): SendResult | { readonly kind: "bisect" } {
  const { status, text, type } = failure;
  if (failure.permanent)
    return stop(
      "wrong-server",
      `${text}; check the address, the certificate, and that it is Elasticsearch (for OpenSearch use the Kafka output)`,
    );
  if (status === null) return unknown(rows, { slug: "connection", text });
  if (status === 413) return { kind: "too-large" };
  if ([401, 403, 404].includes(status))
    return stop(status === 404 ? "assets-missing" : "credentials", refusalText(status, text));
  if ([429, 500, 502, 503, 504].includes(status))
    return unknown(rows, { slug: `busy-${status}`, text }, failure.retryAfterMs);
  if (status === 400 && type === "media_type_header_exception")
    return stop("version", `${text}; the server's version does not fit this client`);
  if (status === 400) return { kind: "bisect" };
  return stop("unexpected-answer", `HTTP ${status}: ${text}; is there a proxy in between?`);
}

function refusalText(status: number, text: string): string {
  if (status === 404) return `${text}; ${ASSETS_MISSING}`;
  return status === 401
    ? `${text}; check the API key`
    : `${text}; the key needs auto_configure and create_doc on logs-tripline.*-*`;
}

function unknown(rows: number, reason: SinkReason, afterMs: number | null = null): SendResult {
  const outcome: Outcome = afterMs === null ? { kind: "retry", reason } : { kind: "retry", reason, afterMs };
  return { kind: "settled", outcomes: Array.from({ length: rows }, () => outcome) };
}

function stop(slug: string, text: string): { readonly kind: "stop"; readonly reason: SinkReason } {
  return { kind: "stop", reason: { slug, text: text.slice(0, 400) } };
}

function rejected(slug: string, text: string): Outcome {
  return { kind: "rejected", reason: { slug, text: text.slice(0, 400) } };
}

function retry(slug: string, text: string): Outcome {
  return { kind: "retry", reason: { slug, text: text.slice(0, 400) } };
}
