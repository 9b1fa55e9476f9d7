import { expect, test } from "vitest";
import { describeWith } from "../availability.ts";
import { ask } from "../elasticsearch/access.ts";
import { searchStream } from "../elasticsearch/search-stream.ts";
import { freshNamespace } from "../fresh-names.ts";
import { openSearchForTests } from "../servers.ts";

describeWith(await openSearchForTests(), "the shared OpenSearch", (server) => {
  test("is an OpenSearch, and takes a document of a data stream once", async () => {
    const { body } = await ask(server, "GET /");
    expect(body).toMatchObject({ version: { distribution: "opensearch", number: "3.8.0" } });
    const stream = `logs-support.check-${freshNamespace()}`;
    const mappings = { properties: { n: { type: "long" }, flat: { type: "flat_object" } } };
    const template = { index_patterns: [stream], data_stream: {}, priority: 900, template: { mappings } };
    expect(await ask(server, `PUT /_index_template/${stream}`, template)).toMatchObject({ status: 200 });
    const lines = [{ create: { _id: "a" } }, { "@timestamp": "2024-01-01T00:00:00Z", n: 1, flat: { any: "thing" } }];
    for (const status of [201, 409]) {
      const answer = await ask(server, `POST /${stream}/_bulk`, lines);
      expect(answer.body).toMatchObject({ items: [{ create: { status } }] });
    }
    expect(await searchStream(server, stream)).toMatchObject([{ id: "a", source: { n: 1 } }]);
  });
});
