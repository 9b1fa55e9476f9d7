import { describe, expect, it } from "vitest";
import { createElasticsearchSink } from "../../../../src/deliver/sinks/elasticsearch/sink.ts";
import { type RecordedOptions, recordedServer } from "../../../support/elasticsearch/recorded-server.ts";
import { event, stage } from "../../stage.ts";

async function against(options: RecordedOptions) {
  const server = await recordedServer(options);
  const settings = { url: server.url, auth: null, ca: null, insecureSkipVerify: false };
  const staged = await stage({ sink: createElasticsearchSink(settings), events: [event(1), event(2)] });
  const bulkHeaders = () => server.headers.find((line) => line.startsWith("POST /_bulk"));
  return { ...staged, server, settings, bulkHeaders };
}

describe("the sink speaks the server's version", () => {
  it.each([
    ["9.5.3", 9],
    ["8.19.4", 8],
    ["8.7.0", 8],
  ])("%s is asked as version %i", async (version, major) => {
    const { drain, bulkHeaders } = await against({ version });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 2 });
    const type = "application/vnd.elasticsearch";
    expect(bulkHeaders()).toBe(
      `POST /_bulk | ${type}+json; compatible-with=${major} | ${type}+x-ndjson; compatible-with=${major}`,
    );
  });

  it("the first question has headers that every version takes", async () => {
    const { drain, server } = await against({ version: "8.19.4" });
    await drain();
    expect(server.headers[0]).toBe("GET / | application/json | application/json");
  });

  it.each([
    ["8.12.2", false],
    ["8.13.0", true],
    ["9.0.0", true],
  ])("%s is told to want a data stream: %s", async (version, told) => {
    const { drain, server } = await against({ version });
    const paths: string[] = [];
    server.play((request) => {
      paths.push(request.path);
      request.response.end();
    });
    await drain();
    expect(paths.map((path) => path.includes("require_data_stream=true"))).toEqual([told]);
  });

  it("7.x is refused with the version that is needed, and nothing is sent", async () => {
    const { drain, server } = await against({ version: "7.17.28" });
    const stopped = await drain();
    expect(stopped).toMatchObject({ state: "stopped", reason: { slug: "version" } });
    expect(stopped.reason?.text).toContain("7.17.28 is too old, 8.0 or newer is needed");
    expect(server.sends).toEqual([]);
  });

  it("OpenSearch is refused, and the reason names the way out", async () => {
    const { drain, cursor, dead } = await against({ version: "3.8.0", otherProduct: true });
    const stopped = await drain();
    expect(stopped).toMatchObject({ state: "stopped", reason: { slug: "wrong-product" } });
    expect(stopped.reason?.text).toContain("use the Kafka output");
    expect(await cursor()).toMatchObject({ pending: 2 });
    expect(await dead()).toEqual([]);
  });
});
