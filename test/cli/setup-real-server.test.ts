import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import type { Loose } from "../events/loose.ts";
import { describeWith } from "../support/availability.ts";
import { ask } from "../support/elasticsearch/access.ts";
import type { ElasticsearchServer } from "../support/elasticsearch/server.ts";
import { privateElasticsearchForTests } from "../support/servers.ts";
import { directoryWith, run } from "./command-line.ts";

// A server of its own: what is removed here is used by the tests of the shared one.
describeWith(await privateElasticsearchForTests(), "setup elasticsearch and a real server", ({ start }) => {
  let server: ElasticsearchServer;
  beforeAll(async () => void (server = await start()));
  afterAll(async () => server?.destroy());

  const setup = (words: readonly string[], login = `username: ${server.username}, password: "${server.password}"`) => {
    const output = `outputs: { elasticsearch: { url: "${server.url}", ${login} } }\n`;
    const directory = directoryWith({ "tripline.yaml": `segment: office\ntargets: [10.0.0.0/24]\n${output}` });
    return run(["setup", "elasticsearch", ...words, "-c", "tripline.yaml"], directory);
  };
  const stateOf = (out: string, name: string) => new RegExp(`${name} +(.+)$`, "m").exec(out)?.[1];

  it("a key that may not do it is told the privilege, and nothing is changed", async () => {
    const role = {
      agent: {
        cluster: ["monitor"],
        indices: [{ names: ["logs-tripline.*-*"], privileges: ["auto_configure", "create_doc"] }],
      },
    };
    const made = await ask(server, "POST /_security/api_key", { name: "agent", role_descriptors: role });
    const { encoded } = z.object({ encoded: z.string() }).parse(made.body);
    // What is there it may read, as doctor does.
    expect(await setup(["--dry-run"], `api_key: "${encoded}"`)).toMatchObject({ code: 0 });
    const { code, out, err } = await setup([], `api_key: "${encoded}"`);
    expect(code).toBe(77);
    expect(out).toMatch(/tripline@mappings +failed/);
    expect(err).toContain("cluster privilege manage_index_templates");
    expect(err).not.toContain(encoded);
    expect(await ask(server, "GET /_component_template/tripline@mappings")).toMatchObject({ status: 404 });
  });

  it("is installed by the profile that fits, and nothing is left to do from then on", async () => {
    const first = await setup([]);
    expect(first.code).toBe(0);
    expect(first.out.match(/ created$/gm)).toHaveLength(6);
    expect(first.err).toContain("no x-pack modules");
    for (const words of [["--dry-run"], ["--dry-run"], ["--diff"], []]) {
      const again = await setup(words);
      expect(again.code).toBe(0);
      expect(again.out.match(/ up to date$/gm)).toHaveLength(6);
      expect(again.out).not.toContain("@@");
    }
  });

  it("a change by hand is shown, kept, and undone by force", async () => {
    const path = "/_index_template/logs-tripline.scan";
    const body: Loose = (await ask(server, `GET ${path}`)).body;
    const there: object = body.index_templates[0].index_template;
    // What the server adds it does not take back.
    const own = Object.entries(there).filter(([key]) => !/^(created|modified)_date/.test(key));
    const mine = { ...Object.fromEntries(own), priority: 300 };
    expect(await ask(server, `PUT ${path}`, mine)).toMatchObject({ status: 200 });
    const left = await setup([]);
    expect(left.code).toBe(3);
    expect(stateOf(left.out, "logs-tripline.scan")).toBe("changed by hand");
    expect((await setup(["--diff"])).out).toContain("@@ index logs-tripline.scan @@\n- priority: 300\n+ priority: 250");
    expect((await setup(["--force"])).code).toBe(0);
    expect(stateOf((await setup(["--dry-run"])).out, "logs-tripline.scan")).toBe("up to date");
  });

  it("is taken away as a whole while no stream lives, and installed again", async () => {
    const { code, out } = await setup(["--remove"]);
    expect(code).toBe(0);
    expect(out.match(/ removed$/gm)).toHaveLength(6);
    expect((await setup(["--remove"])).out.match(/ not there$/gm)).toHaveLength(6);
    expect((await setup([])).out.match(/ created$/gm)).toHaveLength(6);
  });

  it("a stream that maps a field otherwise is named with the call that mends it", async () => {
    const stream = "logs-tripline.anomaly-old";
    const port = { destination: { properties: { port: { type: "keyword" } } } };
    const mappings = { properties: { "@timestamp": { type: "date" }, ...port } };
    const template = { index_patterns: [stream], data_stream: {}, priority: 900, template: { mappings } };
    await ask(server, "PUT /_index_template/of-somebody", template);
    const event = [{ create: { _index: stream } }, { "@timestamp": "2026-01-01T00:00:00Z" }];
    expect(await ask(server, "POST /_bulk?refresh=true", event)).toMatchObject({ body: { errors: false } });
    // The server lets it go only when ours takes its place.
    expect(await ask(server, "DELETE /_index_template/of-somebody")).toMatchObject({ status: 200 });
    const { code, err } = await setup([]);
    expect(code).toBe(3);
    expect(err).toContain(`${stream} maps destination.port as keyword instead of long`);
    expect(await ask(server, `POST /${stream}/_rollover`)).toMatchObject({ status: 200 });
    expect(await setup([])).toMatchObject({ code: 0 });
  });

  it("what a living stream needs is not removed, and said so", async () => {
    const { code, out, err } = await setup(["--remove"]);
    expect(code).toBe(4);
    expect(err).toMatch(/in use by.*data streams?.*logs-tripline.anomaly-old/);
    expect(stateOf(out, "tripline@mappings")).toBe("not done");
  });

  it("the state of every anomaly can be asked for without a transform", async () => {
    await setup([]);
    const event = (n: number, state: string) => [
      { create: { _index: "logs-tripline.anomaly-now", _id: `id-${n}` } },
      { "@timestamp": `2026-01-01T00:00:0${n}Z`, tripline: { anomaly: { id: n === 3 ? "b" : "a", state } } },
    ];
    await ask(server, "POST /_bulk?refresh=true", [event(1, "open"), event(2, "resolved"), event(3, "open")].flat());
    const query = {
      collapse: { field: "tripline.anomaly.id" },
      sort: [{ "@timestamp": "desc" }],
      _source: ["tripline.anomaly"],
    };
    const found: Loose = (await ask(server, "POST /logs-tripline.anomaly-*/_search", query)).body;
    const states = found.hits.hits.map((hit: Loose) => hit._source.tripline.anomaly);
    expect(states).toEqual([
      { id: "b", state: "open" },
      { id: "a", state: "resolved" },
    ]);
  });
});
