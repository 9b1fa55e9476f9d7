import { describe, expect, it } from "vitest";
import { classifyFailure, classifyItem } from "../../../../src/deliver/sinks/elasticsearch/classify.ts";

describe("what Elasticsearch answers", () => {
  const item = { type: "x", text: "", failureStore: null };
  it.each([
    ["created is delivered", { ...item, status: 201 }, "delivered"],
    ["already there is delivered", { ...item, status: 409 }, "delivered"],
    ["in the failure store is rejected", { ...item, status: 201, failureStore: "used" }, "rejected"],
    [
      "a missing pipeline stops, it never dead-letters",
      { ...item, status: 400, text: "pipeline with id [a] does not exist" },
      "stop",
    ],
    ["a wrong value is rejected", { ...item, status: 400, text: "failed to parse" }, "rejected"],
    ["no right stops", { ...item, status: 403 }, "stop"],
    ["no stream stops", { ...item, status: 404 }, "stop"],
    ["a full queue is tried again", { ...item, status: 429 }, "retry"],
    ["an unclear error is tried again", { ...item, status: 500 }, "retry"],
  ])("%s", (_, answer, kind) => {
    expect(classifyItem(answer).kind).toBe(kind);
  });

  const failure = { status: null, type: "ConnectionError", text: "", retryAfterMs: null, permanent: false };
  it.each([
    ["no connection keeps the batch", failure, "settled"],
    ["401 stops", { ...failure, status: 401 }, "stop"],
    ["413 is too large", { ...failure, status: 413 }, "too-large"],
    ["another product stops", { ...failure, permanent: true }, "stop"],
    ["a malformed request is taken apart", { ...failure, status: 400 }, "bisect"],
    ["a proxy page stops", { ...failure, status: 302 }, "stop"],
  ])("as a whole: %s", (_, answer, kind) => {
    expect(classifyFailure(answer, 3).kind).toBe(kind);
  });
});
