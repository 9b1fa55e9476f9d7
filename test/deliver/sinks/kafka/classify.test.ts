import { describe, expect, it } from "vitest";
import { classifyKafkaError } from "../../../../src/deliver/sinks/kafka/classify.ts";

describe("what Kafka answers", () => {
  const protocol = (code: number) =>
    Object.assign(new Error("outer"), { cause: Object.assign(new Error("inner"), { code }) });
  it.each([
    ["a message that is too large is bisected", protocol(10), "too-large"],
    ["an unknown topic stops", protocol(3), "stop"],
    ["no right on the topic stops", protocol(29), "stop"],
    ["a lost sequence is tried again", protocol(45), "retry"],
    ["a moved leader is tried again", protocol(6), "retry"],
    ["a refused connection is tried again", Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "retry"],
    [
      "an untrusted certificate stops",
      Object.assign(new Error("x"), { cause: Object.assign(new Error("y"), { code: "SELF_SIGNED_CERT_IN_CHAIN" }) }),
      "stop",
    ],
  ])("%s", (_, error, kind) => {
    expect(classifyKafkaError(error).kind).toBe(kind);
  });
});
