import { beforeAll, expect, it } from "vitest";
import { z } from "zod";
import type { ElasticsearchSettings } from "../../../../src/deliver/sinks/elasticsearch/client.ts";
import { createElasticsearchSink } from "../../../../src/deliver/sinks/elasticsearch/sink.ts";
import { describeWith } from "../../../support/availability.ts";
import { ask } from "../../../support/elasticsearch/access.ts";
import { installAssets } from "../../../support/elasticsearch/install-assets.ts";
import { searchStream } from "../../../support/elasticsearch/search-stream.ts";
import { freshNamespace } from "../../../support/fresh-names.ts";
import { elasticsearchForTests } from "../../../support/servers.ts";
import { event, stage, upTo } from "../../stage.ts";

const keyShape = z.object({ encoded: z.string() });

describeWith(await elasticsearchForTests(), "the Elasticsearch sink and a real server", (server) => {
  const { url, username, password } = server;
  const admin: ElasticsearchSettings = { url, auth: { username, password }, ca: null, insecureSkipVerify: false };
  const withKey = (apiKey: string): ElasticsearchSettings => ({ ...admin, auth: { apiKey } });
  const stored = async (namespace: string) => {
    const found = await searchStream(server, `logs-tripline.scan-${namespace}`);
    return new Set(found.map((document) => document.id));
  };

  beforeAll(() => installAssets(admin));

  it("a poisonous event first in the queue is the only one that is dead", async () => {
    const namespace = freshNamespace();
    const poison = event(1, { namespace, fields: { source: { ip: "no address" } } });
    const events = [poison, ...upTo(8).map((n) => event(n + 1, { namespace }))];
    const { drain, store } = await stage({ sink: createElasticsearchSink(admin), events });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 8, dead: 1 });
    expect(await store.outbox.deadLetters(null)).toMatchObject([
      { seq: 1, attempts: 1, reason: { slug: "document_parsing_exception" } },
    ]);
    expect(await stored(namespace)).toEqual(new Set(events.slice(1).map((e) => e.id)));
  });

  it("a key that may only write is enough, and its check says so", async () => {
    const namespace = freshNamespace();
    const rights = { names: ["logs-tripline.*-*"], privileges: ["auto_configure", "create_doc"] };
    const role = { writer: { cluster: ["monitor"], indices: [rights] } };
    const answer = await ask(server, "POST /_security/api_key", { name: namespace, role_descriptors: role });
    const sink = createElasticsearchSink(withKey(keyShape.parse(answer.body).encoded));
    const checks = await sink.check(new AbortController().signal);
    expect(checks.map((check) => check.ok)).toEqual([true, true]);
    const events = upTo(3).map((n) => event(n, { namespace }));
    const { drain } = await stage({ sink, events });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 3 });
    expect(await stored(namespace)).toEqual(new Set(events.map((e) => e.id)));
  });

  it.each([
    ["that nobody knows", "bm9ib2R5Om5vdGhpbmc=", "check the API key"],
    ["that may not write", null, "auto_configure and create_doc"],
  ])("a key %s stops the sink, and no event is dead", async (_, given, words) => {
    const namespace = freshNamespace();
    const role = { reader: { cluster: ["monitor"], indices: [] } };
    const made = await ask(server, "POST /_security/api_key", { name: namespace, role_descriptors: role });
    const sink = createElasticsearchSink(withKey(given ?? keyShape.parse(made.body).encoded));
    const { drain, dead, cursor } = await stage({ sink, events: [event(1, { namespace })] });
    const stopped = await drain();
    expect(stopped).toMatchObject({ state: "stopped", reason: { slug: "credentials" } });
    expect(stopped.reason?.text).toContain(words);
    expect(await dead()).toEqual([]);
    expect(await cursor()).toMatchObject({ pending: 1 });
  });
});
