import { describe, expect, it } from "vitest";
import { classifyKafkaError } from "../../../../src/deliver/sinks/kafka/classify.ts";

/** An error as kafkajs wraps it: the code is inside, and `retriable` says something else than it means. */
function wrapped(inner: object): Error {
  const cause = Object.assign(new Error("inner"), inner);
  return Object.assign(new Error("outer"), { retriable: false, cause });
}

describe("what Kafka answers", () => {
  it.each([
    ["MESSAGE_TOO_LARGE", 10, "too-large"],
    ["RECORD_LIST_TOO_LARGE", 18, "too-large"],
    ["INVALID_RECORD", 87, "too-large"],
    ["OUT_OF_ORDER_SEQUENCE_NUMBER", 45, "retry"],
    ["DUPLICATE_SEQUENCE_NUMBER", 46, "retry"],
    ["INVALID_PRODUCER_EPOCH", 47, "retry"],
    ["UNKNOWN_PRODUCER_ID", 59, "retry"],
    ["INVALID_TOPIC_EXCEPTION", 17, "stop"],
    ["TOPIC_AUTHORIZATION_FAILED", 29, "stop"],
    ["CLUSTER_AUTHORIZATION_FAILED", 31, "stop"],
    ["TRANSACTIONAL_ID_AUTHORIZATION_FAILED", 53, "stop"],
    ["UNSUPPORTED_VERSION", 35, "stop"],
    ["POLICY_VIOLATION", 44, "stop"],
    ["SASL_AUTHENTICATION_FAILED", 58, "stop"],
    ["UNKNOWN_TOPIC_OR_PARTITION, which kafkajs has tried again already", 3, "stop"],
    ["NOT_LEADER_FOR_PARTITION", 6, "retry"],
    ["REQUEST_TIMED_OUT", 7, "retry"],
    ["NOT_ENOUGH_REPLICAS", 19, "retry"],
    ["NOT_ENOUGH_REPLICAS_AFTER_APPEND", 20, "retry"],
  ])("%s (%i): %s", (_, code, kind) => {
    expect(classifyKafkaError(wrapped({ code })).kind).toBe(kind);
  });
});

describe("what happens before Kafka answers", () => {
  it.each([
    ["a refused connection is tried again", wrapped({ code: "ECONNREFUSED" }), "retry"],
    ["our own deadline is tried again", new Error("connect took longer than 15 s"), "retry"],
    ["a producer that was disconnected is tried again", new Error("The producer is disconnected"), "retry"],
    ["something that is no error is tried again", "boom", "retry"],
    ["an untrusted certificate stops", wrapped({ code: "SELF_SIGNED_CERT_IN_CHAIN" }), "stop"],
    ["an expired certificate stops", wrapped({ code: "CERT_HAS_EXPIRED" }), "stop"],
    ["another host's certificate stops", wrapped({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }), "stop"],
    ["a wrong password stops", wrapped({ name: "KafkaJSSASLAuthenticationError" }), "stop"],
  ])("%s", (_, error, kind) => {
    expect(classifyKafkaError(error).kind).toBe(kind);
  });

  it("names the way out when the topic is missing", () => {
    expect(JSON.stringify(classifyKafkaError(wrapped({ code: 3 })))).toContain("tripline setup kafka");
  });
});
