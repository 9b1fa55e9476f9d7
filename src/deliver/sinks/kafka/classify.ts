import type { SinkReason } from "../../../domain/ports/sink.ts";
import { mismatchIn } from "./mismatch.ts";
import { UnreadableFile } from "./security.ts";

/** What an error means for the rows it is about. */
export type KafkaVerdict =
  | { readonly kind: "too-large" }
  | { readonly kind: "stop"; readonly reason: SinkReason }
  | { readonly kind: "retry"; readonly reason: SinkReason };

/** MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_RECORD: one row is guilty, the relay finds it. */
const TOO_LARGE = new Set([10, 18, 87]);
/** Topic, rights, version, policy, credentials: somebody must act. */
const STOPS = new Set([3, 17, 29, 31, 35, 44, 53, 58]);

/**
 * kafkajs wraps errors several times, and its `retriable` means something else than it says (a refused connection is
 * `false`, an unknown topic `true`): only the protocol code and the innermost cause count.
 */
export function classifyKafkaError(error: unknown): KafkaVerdict {
  const chain = causes(error);
  const code = codeOf(error);
  const text = sentence(chain);
  const mismatch = mismatchIn(chain.flatMap(codeAndWords));
  if (mismatch !== null) return { kind: mismatch.slug === "connection" ? "retry" : "stop", reason: mismatch };
  if (error instanceof UnreadableFile) return { kind: "stop", reason: { slug: "tls", text: error.message } };
  if (code !== null) return classifyKafkaCode(code, text);
  if (chain.some(isTls))
    return { kind: "stop", reason: { slug: "tls", text: `${text}; check the CA, the certificate and the host name` } };
  if (chain.some((e) => nameOf(e) === "KafkaJSSASLAuthenticationError")) {
    return { kind: "stop", reason: { slug: "credentials", text: `${text}; check user and password` } };
  }
  return { kind: "retry", reason: { slug: "connection", text } };
}

/** What a broker's error code means, said with these words of the client if it has any. */
export function classifyKafkaCode(code: number, text = `the broker answered with Kafka's error ${code}`): KafkaVerdict {
  if (TOO_LARGE.has(code)) return { kind: "too-large" };
  if (STOPS.has(code)) return { kind: "stop", reason: { slug: slugOf(code), text: stopText(code, text) } };
  return { kind: "retry", reason: { slug: `kafka-${code}`, text } };
}

/** Kafka's error code, wherever it is wrapped; null when no broker has said anything. */
export function codeOf(error: unknown): number | null {
  return (
    causes(error)
      .map(protocolCode)
      .find((code) => code !== null) ?? null
  );
}

function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (
    let e = error;
    e !== undefined && e !== null && chain.length < 10;
    e = propertyOf(e, "cause") ?? propertyOf(e, "originalError")
  ) {
    chain.push(e);
  }
  return chain;
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && key in value
    ? (Object.entries(value).find(([k]) => k === key)?.[1] ?? Reflect.get(value, key))
    : undefined;
}

function protocolCode(error: unknown): number | null {
  const code = propertyOf(error, "code");
  return typeof code === "number" ? code : null;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

function codeAndWords(error: unknown): readonly string[] {
  const code = propertyOf(error, "code");
  const isCode = typeof code === "string" || typeof code === "number";
  return [...(isCode ? [String(code)] : []), ...(error instanceof Error ? [error.message] : [])];
}

function isTls(error: unknown): boolean {
  const code = propertyOf(error, "code");
  return typeof code === "string" && /^(ERR_TLS|ERR_SSL|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|CERT_)/.test(code);
}

function sentence(chain: readonly unknown[]): string {
  const inner = chain.at(-1);
  const words = inner instanceof Error ? inner.message : String(inner);
  return words.replace(/^Connection error: /, "").slice(0, 300);
}

function slugOf(code: number): string {
  return code === 3 || code === 17 ? "topic-missing" : "refused";
}

function stopText(code: number, text: string): string {
  return code === 3 ? `${text}; create the topics with tripline setup kafka` : `${text}; check topic rights and names`;
}
