import { describe, expect, it, vi } from "vitest";
import { createElasticsearchSink } from "../../../../src/deliver/sinks/elasticsearch/sink.ts";
import {
  cutOff,
  drips,
  emptyBody,
  failed,
  fewerItems,
  hangs,
  items,
  namesNone,
  namesOneTwice,
  notABulkAnswer,
  notJson,
  page,
  refused,
  tooMuch,
  withHeaders,
} from "../../../support/elasticsearch/bulk-answers.ts";
import {
  type BulkAnswer,
  type RecordedOptions,
  recordedServer,
} from "../../../support/elasticsearch/recorded-server.ts";
import { event, rowOf, stage, upTo } from "../../stage.ts";
import { PATIENCE_MS } from "../../../support/patience.ts";

/** A relay with the real outbox before a server that plays these answers; the first sends have 1, 2, 4 … rows. */
async function play(answers: readonly BulkAnswer[], rows = 7, options: RecordedOptions = {}) {
  const server = await recordedServer(options);
  server.play(...answers);
  const sink = createElasticsearchSink({
    url: server.url,
    auth: { apiKey: "a2V5OnNlY3JldA==" },
    ca: null,
    insecureSkipVerify: false,
    sendTimeoutMs: 300,
  });
  const events = upTo(rows).map((n) => event(n));
  const staged = await stage({ sink, events });
  const stored = () => events.filter((e) => server.stored.get(e.id) === e.body).map((e) => events.indexOf(e) + 1);
  return { ...staged, server, sink, stored };
}

const PIPELINE = failed(400, "illegal_argument_exception", "pipeline with id [logs-tripline] does not exist");
const MAPPING = failed(400, "document_parsing_exception", "[1:3] failed to parse field [source.ip] of type [ip]");
const QUEUE = failed(429, "es_rejected_execution_exception", "rejected execution of coordinating operation");
const good: BulkAnswer = items(() => null);
/** What is said to the row at this place of the request; the others are taken. */
const at = (place: number, said: object): BulkAnswer => items((_, i) => (i === place ? said : null));

describe("the sink stops, nothing is dead, and a good check brings it back, when", () => {
  it.each<[string, string, readonly BulkAnswer[]]>([
    ["the key is refused", "credentials", [refused(401, "security_exception", "unable to authenticate")]],
    ["the key may not write", "credentials", [refused(403, "security_exception", "is unauthorized")]],
    ["there is no such path", "assets-missing", [refused(404, "resource_not_found_exception", "no handler")]],
    ["the pipeline of the stream is missing", "assets-missing", [items(() => PIPELINE)]],
    ["every item is refused for its rights", "credentials", [items(() => failed(403, "security_exception", "no"))]],
    ["every item has no stream", "assets-missing", [items(() => failed(404, "index_not_found_exception", "no"))]],
    ["a proxy's page comes with 200", "wrong-product", [page(200)]],
    ["we are sent elsewhere", "unexpected-answer", [page(302, { location: "http://127.0.0.1:1/login" })]],
    ["the answer is broken JSON", "unexpected-answer", [notJson]],
    ["the answer is JSON of something else", "unexpected-answer", [notABulkAnswer]],
    ["the answer is larger than any of the bulk API", "unexpected-answer", [tooMuch]],
    ["the method is not allowed", "unexpected-answer", [refused(405, "unknown", "not allowed")]],
    ["the media type does not fit", "version", [refused(400, "media_type_header_exception", "Invalid media-type")]],
    ["every event makes the request malformed", "malformed", upTo(5).map(() => refused(400, "parse_exception", "no"))],
  ])("%s", async (_, slug, answers) => {
    const { drain, cursor, dead, stored, told } = await play(answers);
    const first = await drain();
    expect(first).toMatchObject({ state: "stopped", delivered: 0, dead: 0, reason: { slug } });
    expect(await cursor()).toMatchObject({ state: "stopped", pending: 7, ackedSeq: 0 });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 7 });
    expect(stored()).toEqual(upTo(7));
    expect(await dead()).toEqual([]);
    expect(told.map((notice) => notice.kind)).toEqual(["sink-down", "sink-recovered"]);
  });
});

describe("every row arrives, none is dead, when", () => {
  it.each<[string, readonly BulkAnswer[]]>([
    ["the whole request is refused as busy", [429, 502, 503, 504, 500].map((s) => refused(s, "unavailable", "later"))],
    ["a proxy's page comes with 502", [page(502), good, page(502)]],
    [
      "items are refused as busy",
      [good, at(0, QUEUE), at(0, QUEUE), ...[502, 503, 504].map((s) => at(1, failed(s, "x", "later")))],
    ],
    ["an item says something no server says", [good, at(1, { status: 302 }), at(0, { status: 0 })]],
    ["the connection ends in the middle of the answer", [good, cutOff]],
    ["fewer items come than rows went", [good, fewerItems]],
    ["the answer never comes", [good, hangs]],
    ["the answer comes byte by byte", [good, drips]],
    ["the second half of a stream may be written later", [good, good, items((_, i) => (i > 1 ? PIPELINE : null))]],
    ["a request is too large once", [good, emptyBody]],
  ])("%s", async (_, answers) => {
    const { drain, cursor, dead, stored } = await play(answers);
    expect(await drain()).toMatchObject({ state: "empty", delivered: 7, dead: 0 });
    expect(stored()).toEqual(upTo(7));
    expect(await cursor()).toMatchObject({ state: "running", ackedSeq: 7 });
    expect(await dead()).toEqual([]);
  });
});

describe("only the guilty row is dead when", () => {
  const failureStore = { status: 201, failure_store: "used" };
  it.each<[string, string, readonly BulkAnswer[]]>([
    ["its mapping does not fit", "document_parsing_exception", [good, at(1, MAPPING)]],
    ["it went to the failure store", "failure-store", [good, at(1, failureStore)]],
    [
      "the failure store was off",
      "document_parsing_exception",
      [good, at(1, { ...MAPPING, failure_store: "not_enabled" })],
    ],
    ["another 4xx says no", "weird", [good, at(1, failed(422, "weird", "no"))]],
    [
      "it failed ten times while others passed",
      "server-error",
      [good, ...upTo(10).map((n) => at(n === 1 ? 1 : 0, failed(500, "x", "boom")))],
    ],
  ])("%s", async (_, slug, answers) => {
    const { drain, dead, stored, cursor } = await play(answers);
    expect(await drain()).toMatchObject({ state: "empty", delivered: 6, dead: 1 });
    expect(await dead()).toEqual([[3, slug]]);
    expect(stored()).toEqual([1, 2, 4, 5, 6, 7]);
    expect(await cursor()).toMatchObject({ ackedSeq: 7 });
  });

  it("it makes the whole request malformed, in every company and as the first of the queue", async () => {
    const poison = event(1).id;
    const choosy: BulkAnswer = (request) => {
      const answer = request.rows.some((row) => row.id === poison) ? refused(400, "parse_exception", "no") : good;
      answer(request);
    };
    const { drain, dead, stored } = await play(upTo(40).map(() => choosy));
    expect(await drain()).toMatchObject({ state: "empty", delivered: 6, dead: 1 });
    expect(await dead()).toEqual([[1, "malformed"]]);
    expect(stored()).toEqual([2, 3, 4, 5, 6, 7]);
  });
});

it("a bulk answer that mixes 201, 400, 409, 429 and 503 ends each row as the contract says", async () => {
  const { drain, dead, stored, server, cursor, metrics } = await play([
    good,
    good,
    ({ rows, ...rest }) => {
      const third = rows[2];
      if (third !== undefined) rest.take(third);
      items((_, i) => [null, MAPPING, null, QUEUE][i] ?? null)({ rows, ...rest });
    },
    items(() => failed(503, "unavailable", "later")),
  ]);
  expect(await drain()).toMatchObject({ state: "empty", delivered: 6, dead: 1 });
  expect(await dead()).toEqual([[5, "document_parsing_exception"]]);
  expect(stored()).toEqual([1, 2, 3, 4, 6, 7]);
  const numbers = new Map(upTo(7).map((n) => [event(n).id, n]));
  expect(server.sends.map((ids) => ids.map((id) => numbers.get(id)))).toEqual([[1], [2, 3], [4, 5, 6, 7], [7], [7]]);
  expect(await cursor()).toMatchObject({ ackedSeq: 7 });
  const count = (outcome: string) => metrics.value("tripline_sink_events_total", { sink: "elasticsearch", outcome });
  expect([count("delivered"), count("already_present"), count("rejected"), count("retried")]).toEqual([5, 1, 1, 2]);
});

describe("a server that takes less than a batch", () => {
  const heavy = (n: number) => event(n, { fields: { pad: "x".repeat(700_000) } });

  it.each(["413", "reset"] as const)("gets smaller ones, and nothing is dead (%s)", async (by) => {
    const server = await recordedServer({ limit: { bytes: 1_600_000, by } });
    const sink = createElasticsearchSink({ url: server.url, auth: null, ca: null, insecureSkipVerify: false });
    const { drain, dead } = await stage({ sink, events: upTo(6).map(heavy) });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 6, dead: 0 });
    expect(server.sends.map((ids) => ids.length)).toEqual([1, 2, 2, 1]);
    expect(await dead()).toEqual([]);
  });

  it("gets rid of the one event that alone is too large for it", async () => {
    const server = await recordedServer({ limit: { bytes: 1_000_000, by: "413" } });
    const sink = createElasticsearchSink({ url: server.url, auth: null, ca: null, insecureSkipVerify: false });
    const huge = event(2, { fields: { pad: "x".repeat(1_000_000) } });
    const { drain, dead } = await stage({ sink, events: [event(1), huge, event(3)] });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 2, dead: 1 });
    expect(await dead()).toEqual([[2, "too-large"]]);
  });

  it("by hanging up on one event does not hold the others, and loses it only after ten tries", async () => {
    const server = await recordedServer({ limit: { bytes: 1_600_000, by: "reset" } });
    const sink = createElasticsearchSink({ url: server.url, auth: null, ca: null, insecureSkipVerify: false });
    const huge = event(1, { fields: { pad: "x".repeat(1_600_000) } });
    const { drain, dead, store } = await stage({ sink, events: [huge, event(2), event(3)] });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 2, dead: 1 });
    expect(await dead()).toEqual([[1, "connection-reset"]]);
    expect(await store.outbox.deadLetters(null)).toMatchObject([{ attempts: 10 }]);
  });
});

describe("Retry-After is understood", () => {
  const date = "Fri, 20 Nov 2026 10:00:00 GMT";
  it.each([
    ["as seconds", { "retry-after": "7", date }, 7_000],
    ["as an HTTP date, by the server's own clock", { "retry-after": "Fri, 20 Nov 2026 10:01:30 GMT", date }, 90_000],
    ["as a date that has passed", { "retry-after": "Fri, 20 Nov 2026 09:00:00 GMT", date }, 0],
    ["not at all when it is nonsense", { "retry-after": "soon", date }, undefined],
  ])("%s", async (_, headers, afterMs) => {
    const server = await recordedServer();
    server.play(withHeaders(headers, refused(429, "es_rejected_execution_exception", "later")));
    const sink = createElasticsearchSink({ url: server.url, auth: null, ca: null, insecureSkipVerify: false });
    const result = await sink.send([rowOf(event(1), 1)], new AbortController().signal);
    await sink.close(1_000);
    const reason = { slug: "busy-429", text: "HTTP 429 es_rejected_execution_exception: later" };
    expect(result).toEqual({
      kind: "settled",
      outcomes: [{ kind: "retry", reason, ...(afterMs === undefined ? {} : { afterMs }) }],
    });
  });
});

it.each([
  ["fewer items than rows", fewerItems],
  ["an item twice and another one not at all", namesOneTwice],
  ["items that do not say whose they are", namesNone],
])("%s: they say nothing about any of the rows", async (_, answer) => {
  const { sink } = await play([answer]);
  const result = await sink.send([rowOf(event(1), 1), rowOf(event(2), 2)], new AbortController().signal);
  const unknown = { kind: "retry", reason: { slug: "answer-mismatch" } };
  expect(result).toMatchObject({ kind: "settled", outcomes: [unknown, unknown] });
});

it("closing waits for a request that hangs only until its deadline, and leaves no timer behind", async () => {
  const { sink, server } = await play([hangs]);
  const end = new AbortController();
  const sending = sink.send([rowOf(event(1), 1)], end.signal);
  await vi.waitFor(() => expect(server.sends).toHaveLength(1), { timeout: PATIENCE_MS / 4 });
  await sink.close(20);
  end.abort();
  expect(await sending).toMatchObject({ kind: "settled", outcomes: [{ kind: "retry" }] });
  const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  await sink.close(60_000);
  expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length).toBeLessThanOrEqual(before);
});
