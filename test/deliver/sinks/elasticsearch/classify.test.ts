import { describe, expect, it } from "vitest";
import { classifyFailure, classifyItem } from "../../../../src/deliver/sinks/elasticsearch/classify.ts";
import { failureOf, type RequestFailure } from "../../../../src/deliver/sinks/elasticsearch/failure.ts";

const MIB = 1024 ** 2;

describe("one item", () => {
  const item = { id: null, type: "x", text: "", failureStore: null };
  it.each([
    ["created is delivered", { ...item, status: 201 }, "delivered"],
    ["already there is delivered", { ...item, status: 409 }, "delivered"],
    ["in the failure store is rejected", { ...item, status: 201, failureStore: "used" }, "rejected"],
    ["a missing pipeline stops", { ...item, status: 400, text: "pipeline with id [a] does not exist" }, "stop"],
    ["a wrong value is rejected", { ...item, status: 400, text: "failed to parse" }, "rejected"],
    ["no right stops", { ...item, status: 403 }, "stop"],
    ["no stream stops", { ...item, status: 404 }, "stop"],
    ["a full queue is tried again", { ...item, status: 429 }, "retry"],
    ["an unclear error is tried again", { ...item, status: 500 }, "retry"],
    ["a status no server gives is tried again", { ...item, status: 0 }, "retry"],
  ])("%s", (_, answer, kind) => {
    expect(classifyItem(answer).kind).toBe(kind);
  });
});

describe("a whole request", () => {
  const failure: RequestFailure = { kind: "answer", status: null, type: "x", text: "", retryAfterMs: null };
  const answer = (status: number) => ({ ...failure, status });
  it.each<[string, RequestFailure, string]>([
    ["no connection keeps the batch", { ...failure, kind: "connection" }, "settled"],
    ["401 stops", answer(401), "stop"],
    ["413 is too large", answer(413), "too-large"],
    ["another product stops", { ...failure, kind: "product" }, "stop"],
    ["an old version stops", { ...failure, kind: "version" }, "stop"],
    ["a malformed request is taken apart", answer(400), "bisect"],
    ["a redirection stops", answer(302), "stop"],
  ])("%s", (_, given, kind) => {
    expect(classifyFailure(given, { rows: 3, bytes: 1 }).kind).toBe(kind);
  });

  it.each([
    ["a small one: try again", { rows: 3, bytes: MIB }, "settled"],
    ["a large one: perhaps too large", { rows: 3, bytes: MIB + 1 }, "too-large"],
    ["one large event: an unclear error", { rows: 1, bytes: MIB + 1 }, "settled"],
  ])("that was hung up on, %s", (_, sent, kind) => {
    expect(classifyFailure({ ...failure, kind: "reset" }, sent).kind).toBe(kind);
  });

  it("sends people with another product to the Kafka output", () => {
    const verdict = classifyFailure({ ...failure, kind: "product" }, { rows: 1, bytes: 1 });
    expect(JSON.stringify(verdict)).toContain("for OpenSearch use the Kafka output");
  });
});

describe("an error of the client", () => {
  it.each([
    ["self-signed certificate in certificate chain", "tls"],
    ["unable to verify the first certificate", "tls"],
    ["certificate has expired", "tls"],
    ["Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list", "tls"],
    ["write EPROTO C0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number", "tls"],
    ["Client network socket disconnected before secure TLS connection was established", "connection"],
    ["getaddrinfo ENOTFOUND tls.certificate.test", "connection"],
    ["connect ECONNREFUSED 127.0.0.1:9200", "connection"],
    ["write EPIPE", "reset"],
    ["other side closed - Local: 127.0.0.1:1, Remote: 127.0.0.1:2", "reset"],
  ])("%s", (message, kind) => {
    expect(failureOf(new Error(message)).kind).toBe(kind);
  });
});
