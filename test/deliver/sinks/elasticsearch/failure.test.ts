import { errors } from "@elastic/elasticsearch";
import { describe, expect, it } from "vitest";
import { classifyFailure, classifyItem, isTaken } from "../../../../src/deliver/sinks/elasticsearch/classify.ts";
import { failureOf } from "../../../../src/deliver/sinks/elasticsearch/failure.ts";

/** An answer as the client throws it. */
function answer(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return new errors.ResponseError({ statusCode, body, headers, warnings: null, meta: {} } as never);
}

describe("what a server says of a request", () => {
  it.each<[string, unknown, string, string]>([
    [
      "in its own words",
      { error: { type: "security_exception", reason: "no such key" } },
      "security_exception",
      "HTTP 401 security_exception: no such key",
    ],
    ["as a plain text", { error: "no" }, "unknown", "HTTP 401 unknown: no"],
    ["without a reason", { error: { type: "x" } }, "x", "HTTP 401"],
    ["with an empty reason", { error: { type: "x", reason: null } }, "x", "HTTP 401"],
    ["without a type", { error: { reason: "no" } }, "unknown", "HTTP 401 unknown: no"],
    ["as a page of a proxy", "<html>", "unknown", "HTTP 401"],
    ["with nothing", null, "unknown", "HTTP 401"],
    ["over several lines", { error: { type: "x", reason: "a\n\tb" } }, "x", "HTTP 401 x: a b"],
  ])("%s", (_, body, type, text) => {
    expect(failureOf(answer(401, body))).toMatchObject({ kind: "answer", status: 401, type, text });
  });

  it("is cut: a server may say pages", () => {
    expect(failureOf(answer(400, { error: { type: "x", reason: "y".repeat(5000) } })).text).toHaveLength(300);
    expect(failureOf(new Error("z".repeat(5000))).text).toHaveLength(300);
  });

  it.each<[string, Readonly<Record<string, string>>, number | null]>([
    ["not at all", {}, null],
    ["in seconds", { "retry-after": "7" }, 7000],
    ["at once", { "retry-after": "0" }, 0],
    [
      "as a date, by the clock of the server",
      { "retry-after": "Fri, 20 Nov 2026 10:00:30 GMT", date: "Fri, 20 Nov 2026 10:00:00 GMT" },
      30_000,
    ],
    [
      "as a date that is over",
      { "retry-after": "Fri, 20 Nov 2026 09:00:00 GMT", date: "Fri, 20 Nov 2026 10:00:00 GMT" },
      0,
    ],
    ["as a date by a clock that is not told", { "retry-after": "Fri, 20 Nov 2026 10:00:30 GMT" }, null],
    ["in words", { "retry-after": "soon" }, null],
    ["below zero", { "retry-after": "-5" }, null],
    ["in more seconds than there are", { "retry-after": "9".repeat(12) }, null],
  ])("when to come again: %s", (_, headers, expected) => {
    expect(failureOf(answer(503, {}, headers)).retryAfterMs).toBe(expected);
  });

  it.each<[string, unknown, string]>([
    ["another product", new errors.ProductNotSupportedError("Elasticsearch"), "product"],
    ["an answer that is no JSON", new errors.DeserializationError("no JSON", "<html>"), "unreadable"],
    [
      "an answer without end",
      new errors.RequestAbortedError("The content length (9) is bigger than the maximum allowed"),
      "unreadable",
    ],
    ["our own end", new errors.RequestAbortedError("Request aborted"), "connection"],
    ["a time-out", new errors.TimeoutError("Request timed out"), "connection"],
    ["a closed connection", new errors.ConnectionError("socket hang up"), "reset"],
    ["what is no error", "boom", "connection"],
  ])("%s", (_, error, kind) => {
    expect(failureOf(error)).toMatchObject({ kind, status: null, retryAfterMs: null });
  });
});

describe("every status of a request", () => {
  it.each<[number, string]>([
    [400, "bisect"],
    [401, "stop credentials"],
    [403, "stop credentials"],
    [404, "stop assets-missing"],
    [405, "stop unexpected-answer"],
    [407, "stop unexpected-answer"],
    [413, "too-large"],
    [429, "retry busy-429"],
    [500, "retry busy-500"],
    [501, "stop unexpected-answer"],
    [502, "retry busy-502"],
    [503, "retry busy-503"],
    [504, "retry busy-504"],
    [301, "stop unexpected-answer"],
  ])("%i: %s", (status, expected) => {
    const verdict = classifyFailure(failureOf(answer(status, {}, { "retry-after": "3" })), { rows: 2, bytes: 1 });
    if (verdict.kind === "settled") {
      expect(verdict.outcomes).toEqual(
        Array.from({ length: 2 }, () => expect.objectContaining({ kind: "retry", afterMs: 3000 })),
      );
      const [first] = verdict.outcomes;
      expect(first?.kind === "retry" ? `retry ${first.reason.slug}` : "").toBe(expected);
    } else expect(verdict.kind === "stop" ? `stop ${verdict.reason.slug}` : verdict.kind).toBe(expected);
  });

  it("400 for the version of the client stops: no row is to blame", () => {
    const body = { error: { type: "media_type_header_exception", reason: "Invalid media-type" } };
    expect(classifyFailure(failureOf(answer(400, body)), { rows: 2, bytes: 1 })).toMatchObject({
      kind: "stop",
      reason: { slug: "version" },
    });
  });
});

describe("every status of an item", () => {
  const item = { id: "a", type: "document_parsing_exception", text: "t", failureStore: null };

  it.each<[number, string, boolean]>([
    [200, "delivered", true],
    [201, "delivered", true],
    [400, "rejected document_parsing_exception", false],
    [401, "stop credentials", false],
    [403, "stop credentials", false],
    [404, "stop assets-missing", false],
    [409, "delivered", true],
    [413, "rejected document_parsing_exception", false],
    [429, "retry busy-429", false],
    [500, "retry server-error", false],
    [502, "retry busy-502", false],
    [503, "retry busy-503", false],
    [504, "retry busy-504", false],
    [507, "retry server-error", false],
    [302, "retry server-error", false],
    [0, "retry server-error", false],
  ])("%i: %s", (status, expected, taken) => {
    const verdict = classifyItem({ ...item, status });
    expect("reason" in verdict ? `${verdict.kind} ${verdict.reason.slug}` : verdict.kind).toBe(expected);
    expect(isTaken({ ...item, status })).toBe(taken);
  });

  it.each([
    ["used", "rejected", false],
    ["not_applicable_or_unknown", "delivered", true],
    ["not_enabled", "delivered", true],
    ["failed", "delivered", true],
  ])("a failure store that was %s: %s", (failureStore, kind, taken) => {
    expect(classifyItem({ ...item, status: 201, failureStore }).kind).toBe(kind);
    expect(isTaken({ ...item, status: 201, failureStore })).toBe(taken);
  });

  it("its text is cut, since it goes into events and the store", () => {
    const verdict = classifyItem({ ...item, status: 400, text: "x".repeat(5000) });
    expect("reason" in verdict ? verdict.reason.text : "").toHaveLength(400);
  });
});
