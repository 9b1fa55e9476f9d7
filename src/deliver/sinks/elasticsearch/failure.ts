import { errors } from "@elastic/elasticsearch";
import { z } from "zod";

/**
 * What went wrong with a request as a whole. `answer`: the server said no. `connection`, `reset`: the outcome
 * is unknown. The others stay as they are until somebody acts: waiting does not help.
 */
export interface RequestFailure {
  readonly kind: "answer" | "connection" | "reset" | "tls" | "product" | "unreadable" | "version";
  /** Null: no answer at all. */
  readonly status: number | null;
  /** Elasticsearch's name of the error, or the client's. */
  readonly type: string;
  /** One line. */
  readonly text: string;
  readonly retryAfterMs: number | null;
}

/** Errors of the official client. It keeps no codes of the system, so that texts decide. */
export function failureOf(error: unknown): RequestFailure {
  if (error instanceof errors.ResponseError) return answered(error);
  const text = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").slice(0, 300);
  const type = error instanceof Error ? error.name : "unknown";
  return { kind: kindOf(error, text), status: null, type, text, retryAfterMs: null };
}

/** Node's and OpenSSL's words. A connection that ends in the handshake is not a verdict on the certificate. */
const TLS =
  /self.signed certificate|unable to (get|verify)|certificate (has expired|is not yet valid|revoked|chain)|altnames|SSL routines|EPROTO/i;
/** The other side hung up while the request was under way: so does one that finds it too large. */
const RESET = /EPIPE|ECONNRESET|ECONNABORTED|other side closed|socket hang up/i;

function kindOf(error: unknown, text: string): RequestFailure["kind"] {
  if (error instanceof errors.ProductNotSupportedError) return "product";
  if (error instanceof errors.DeserializationError) return "unreadable";
  // An answer above `maxResponseSize` is reported as if we had given up.
  if (error instanceof errors.RequestAbortedError && text.includes("content length")) return "unreadable";
  if (TLS.test(text)) return "tls";
  return RESET.test(text) ? "reset" : "connection";
}

const errorBody = z.object({
  error: z.union([
    z.string().transform((reason) => ({ type: "unknown", reason })),
    z.object({ type: z.string().default("unknown"), reason: z.string().nullish() }),
  ]),
});

function answered(error: errors.ResponseError): RequestFailure {
  const status = error.statusCode ?? null;
  const body = errorBody.safeParse(error.body);
  const { type, reason } = body.success ? body.data.error : { type: "unknown", reason: null };
  const text = `HTTP ${status}${reason === null || reason === undefined ? "" : ` ${type}: ${reason}`}`;
  const retryAfterMs = retryAfter(error.headers?.["retry-after"], error.headers?.["date"]);
  return { kind: "answer", status, type, text: text.replace(/\s+/g, " ").slice(0, 300), retryAfterMs };
}

/** Seconds, or a date: that one is compared with the answer's own `Date`, since our clocks may disagree. */
function retryAfter(header: unknown, date: unknown): number | null {
  if (typeof header !== "string") return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const span = Date.parse(header) - Date.parse(typeof date === "string" ? date : "");
  return Number.isNaN(span) ? null : Math.max(0, span);
}
