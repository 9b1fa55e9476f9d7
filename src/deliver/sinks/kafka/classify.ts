import type { SinkReason } from "../../../domain/ports/sink.ts";
import { causes, codeOf, isTlsError, messageOf } from "../shared/errors.ts";

/** What a rejected send means. `renew`: the producer can no longer be trusted, a new one must be made first. */
export type KafkaVerdict =
  | { readonly kind: "too-large" }
  | { readonly kind: "stop"; readonly reason: SinkReason }
  /** Topics may be unknown for a moment while leaders move: the sink counts these. */
  | { readonly kind: "unknown-topic"; readonly reason: SinkReason }
  | { readonly kind: "retry"; readonly reason: SinkReason; readonly renew: boolean };

/** MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_RECORD: one row is guilty, the relay finds it. */
const TOO_LARGE = new Set([10, 18, 87]);
/** Sequence and epoch errors end an idempotent producer. */
const PRODUCER_LOST = new Set([45, 46, 47, 59]);
const UNKNOWN_TOPIC = 3;
/** Topic name, rights, SASL mechanism and state, version, policy, credentials: somebody must act. */
const STOPS: ReadonlyMap<number, string> = new Map([
  [17, "a topic name is not valid; check outputs.kafka.topic_prefix"],
  [29, "give this client the right to write to the topics"],
  [31, "give this client the right IdempotentWrite on the cluster, or write rights on the topics"],
  [33, "the broker does not offer this SASL mechanism"],
  [34, "this listener does not speak SASL; check address and port"],
  [35, "the broker's version is not supported, or the address is a controller's listener"],
  [44, "a policy of the broker refuses these messages"],
  [53, "give this client the right to its transactional id"],
  [58, "check user and password"],
]);

/**
 * Only the protocol code and the innermost cause count: kafkajs wraps errors several times, and its `retriable` says
 * `false` of a refused connection and `true` of an unknown topic.
 */
export function classifyKafkaError(error: unknown): KafkaVerdict {
  const chain = causes(error);
  const code = chain.map(protocolCode).find((found) => found !== null) ?? null;
  const text = messageOf(chain.at(-1));
  if (code !== null) return byCode(code, text);
  if (isTlsError(error)) return stop("tls", `${text}; check the CA, the certificate and the host name`);
  if (chain.some((cause) => cause instanceof Error && cause.name === "KafkaJSSASLAuthenticationError")) {
    return stop("credentials", `${text}; check user and password`);
  }
  if (chain.some((cause) => cause instanceof Error && cause.name === "KafkaJSServerDoesNotSupportApiKey")) {
    return stop("version", `${text}; the address may be a controller's listener`);
  }
  return { kind: "retry", reason: { slug: "connection", text }, renew: true };
}

function byCode(code: number, text: string): KafkaVerdict {
  if (TOO_LARGE.has(code)) return { kind: "too-large" };
  const slug = `kafka-${code}`;
  if (code === UNKNOWN_TOPIC) {
    return {
      kind: "unknown-topic",
      reason: { slug: "topic-missing", text: `${text}; run tripline setup kafka` },
    };
  }
  const advice = STOPS.get(code);
  if (advice !== undefined) return stop(slug, `${text}; ${advice}`);
  return { kind: "retry", reason: { slug, text }, renew: PRODUCER_LOST.has(code) };
}

function stop(slug: string, text: string): KafkaVerdict {
  return { kind: "stop", reason: { slug, text } };
}

/** System errors carry a text code, protocol errors a number; -99 is the library's own "unknown code". */
function protocolCode(error: unknown): number | null {
  const code = codeOf(error);
  return typeof code === "number" && code > 0 ? code : null;
}
