import { expect, it } from "vitest";
import type { Loose } from "../events/loose.ts";
import { describeWith, missing } from "../support/availability.ts";
import { type Answer, ask, type ElasticsearchAccess } from "../support/elasticsearch/access.ts";
import { basicAuthorization } from "../support/elasticsearch/users.ts";
import { freshNamespace } from "../support/fresh-names.ts";
import { directoryWith, run } from "./command-line.ts";

// Everything that the slim server of the other tests lacks. It installs and removes our assets on the server it is given.
const given = process.env["TRIPLINE_TEST_ELASTIC_FULL"] ?? "";
const how = "set TRIPLINE_TEST_ELASTIC_FULL=http://user:password@host:port of a full Elasticsearch that may be changed";
const found =
  given === "" ? missing("no full Elasticsearch was named", how) : { ok: true as const, ...accessTo(given) };

function accessTo(text: string): ElasticsearchAccess {
  const url = new URL(text);
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  return { url: url.origin, username, password, authorization: basicAuthorization({ username, password }) };
}

describeWith(found, "setup elasticsearch and a full server", (server) => {
  const setup = (...words: readonly string[]) => {
    const login = `username: ${JSON.stringify(server.username)}, password: ${JSON.stringify(server.password)}`;
    const output = `outputs: { elasticsearch: { url: "${server.url}", ${login} } }\n`;
    const directory = directoryWith({ "tripline.yaml": `segment: office\ntargets: [10.0.0.0/24]\n${output}` });
    return run(["setup", "elasticsearch", ...words, "-c", "tripline.yaml"], directory);
  };
  const namespace = freshNamespace();
  const stream = `logs-tripline.anomaly-${namespace}`;
  const event = (id: string, more: object) => [
    { create: { _index: stream, _id: id } },
    { "@timestamp": "2026-01-01T00:00:00Z", event: { id }, tripline: { anomaly: { id, state: "open" } }, ...more },
  ];
  const send = (lines: readonly object[]): Promise<Answer> =>
    ask(server, "POST /_bulk?refresh=true&require_data_stream=true", lines);
  const stored = async (id: string): Promise<Loose> => {
    const answer: Loose = (await ask(server, `POST /${stream}/_search`, { query: { term: { _id: id } } })).body;
    return answer.hits.hits[0]?._source;
  };

  it("is installed with nothing left to do, however often it is repeated", async () => {
    const first = await setup("--force");
    expect(first, first.err).toMatchObject({ code: 0 });
    for (const words of ["--dry-run", "--diff"]) {
      const again = await setup(words);
      expect(again.out.match(/ up to date$/gm), again.out).toHaveLength(9);
    }
  });

  it("sets the time of ingestion, and keeps an event whose own pipeline fails", async () => {
    await ask(server, "PUT /_ingest/pipeline/logs-tripline@custom", {
      processors: [{ fail: { message: "on purpose" } }],
    });
    try {
      expect(await send(event("failing", { tags: ["crown-jewel"] }))).toMatchObject({ body: { errors: false } });
      const kept = await stored("failing");
      expect(kept.event.ingested).toEqual(expect.any(String));
      expect(kept.tags).toEqual(["crown-jewel", "tripline_pipeline_failed"]);
      expect(kept.error.message).toContain("on purpose");
    } finally {
      await ask(server, "DELETE /_ingest/pipeline/logs-tripline@custom");
    }
  });

  it("a wrong type is refused or goes to the failure store, and is never dropped silently", async () => {
    const answer: Loose = (await send(event("wrong", { destination: { port: "https" } }))).body;
    const { status, failure_store: store } = answer.items[0].create;
    expect(status === 400 || store === "used").toBe(true);
  });

  it("runs the transform", async () => {
    const stats: Loose = (await ask(server, "GET /_transform/tripline-anomaly-current/_stats")).body;
    expect(["started", "indexing"]).toContain(stats.transforms[0].state);
  });

  it("is taken away when no stream lives", async () => {
    await ask(server, `DELETE /_data_stream/${stream}`);
    const removed = await setup("--remove");
    expect(removed, removed.err).toMatchObject({ code: 0 });
  });
});
