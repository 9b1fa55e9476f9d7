import { existsSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { describeWith } from "../availability.ts";
import { freshNamespace } from "../fresh-names.ts";
import { isAlive } from "../server-process.ts";
import { elasticsearchForTests, privateElasticsearchForTests } from "../servers.ts";
import { type Answer, ask, type ElasticsearchAccess } from "./access.ts";
import { searchStream } from "./search-stream.ts";

const TIME = "2024-01-01T00:00:00Z";

/** A data stream of the test's own, with a template, as bulk creates it at the first document. */
async function newStream(server: ElasticsearchAccess): Promise<string> {
  const stream = `logs-support.check-${freshNamespace()}`;
  const mappings = {
    dynamic: false,
    properties: { kind: { type: "constant_keyword", value: "x" }, n: { type: "long" } },
  };
  const template = { index_patterns: [stream], data_stream: {}, priority: 900, template: { mappings } };
  expect((await ask(server, `PUT /_index_template/${stream}`, template)).status).toBe(200);
  return stream;
}

/** Bulk-creates one document with the id "a". */
function create(server: ElasticsearchAccess, stream: string, fields: object): Promise<Answer> {
  return ask(server, `POST /${stream}/_bulk?filter_path=items.*.status`, [
    { create: { _id: "a" } },
    { "@timestamp": TIME, ...fields },
  ]);
}

function created(status: number): unknown {
  return { items: [{ create: { status } }] };
}

describeWith(await elasticsearchForTests(), "the shared Elasticsearch", (server) => {
  test("creates a document once and answers 409 the second time", async () => {
    const stream = await newStream(server);
    expect((await create(server, stream, { n: 1 })).body).toEqual(created(201));
    expect((await create(server, stream, { n: 1 })).body).toEqual(created(409));
    expect((await searchStream(server, stream)).map(({ id, source }) => [id, source])).toEqual([
      ["a", { "@timestamp": TIME, n: 1 }],
    ]);
  });

  test("answers 400 for a document that does not fit the mapping", async () => {
    expect((await create(server, await newStream(server), { n: "many" })).body).toEqual(created(400));
  });

  test("an API key for writing can write and nothing else", async () => {
    const stream = await newStream(server);
    const writing = {
      cluster: ["monitor"],
      indices: [{ names: [stream], privileges: ["auto_configure", "create_doc"] }],
    };
    const key = await ask(server, "POST /_security/api_key", { name: stream, role_descriptors: { writing } });
    expect(key.body).toHaveProperty("encoded");
    const encoded = String(Object(key.body).encoded);
    const writer = { ...server, authorization: `ApiKey ${encoded}` };
    expect((await create(writer, stream, { n: 1 })).body).toEqual(created(201));
    expect((await ask(writer, `POST /${stream}/_search`, {})).status).toBe(403);
  });

  test("refuses a wrong password", async () => {
    expect((await ask({ ...server, authorization: "Basic eDp5" }, "GET /")).status).toBe(401);
  });

  test("names its version, as clients ask before they write", async () => {
    expect((await ask(server, "GET /")).body).toHaveProperty("version.number");
  });

  test("a stream that does not exist holds nothing", async () => {
    expect(await searchStream(server, `logs-support.none-${freshNamespace()}`)).toEqual([]);
  });
});

describeWith(await privateElasticsearchForTests(), "a private Elasticsearch", ({ start }) => {
  test("keeps what it acknowledged over kill -9, then leaves nothing behind", async () => {
    const server = await start({ extraSettings: ["http.max_content_length: 1mb"] });
    onTestFinished(() => server.destroy());
    const stream = await newStream(server);
    await create(server, stream, { n: 1 });
    const first = server.serverPid;
    await server.kill9();
    expect(isAlive(first)).toBe(false);
    await server.start();
    expect((await create(server, stream, { n: 1 })).body).toEqual(created(409));
    expect(await searchStream(server, stream)).toHaveLength(1);
    const second = server.serverPid;
    await server.destroy();
    expect(isAlive(second)).toBe(false);
    expect(existsSync(server.dir)).toBe(false);
  });
});
