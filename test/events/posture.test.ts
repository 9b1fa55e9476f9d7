import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { mappings } from "../../scripts/assets/mappings.ts";
import { fieldNamed } from "../../src/events/fields.ts";
import { host, START_MS } from "../recorded/recording.ts";
import { eventsLeft } from "../recorded/left.ts";
import { play } from "../recorded/play.ts";
import { httpPort, mac, segment, sshPort } from "../recorded/segment.ts";
import { describeWith } from "../support/availability.ts";
import { ask } from "../support/elasticsearch/access.ts";
import { freshNamespace } from "../support/fresh-names.ts";
import { elasticsearchForTests } from "../support/servers.ts";
import { tempDir } from "../support/temp-dir.ts";

const PAGE = readFileSync("docs/operations/posture.md", "utf8");
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${language}\n([^\`]+)\`\`\``, "g"))].map((m) => m[1] ?? "");

const observed = z.object({
  hits: z.object({
    hits: z.array(
      z.object({
        _source: z.looseObject({
          host: z.looseObject({ name: z.string() }),
          service: z.looseObject({ address: z.string(), state: z.string() }).optional(),
          tripline: z.looseObject({
            observation: z.looseObject({ cause: z.string(), open_services: z.array(z.string()).default([]) }),
          }),
        }),
      }),
    ),
  }),
});
const buckets = z.object({
  aggregations: z.object({
    by: z.object({ buckets: z.array(z.object({ key: z.string(), hosts: z.object({ value: z.number() }) })) }),
  }),
});

const found = await elasticsearchForTests();

/** Five servers, and one that loses its web server and then goes away; scans half an hour apart. */
async function observations() {
  const six = [
    ...segment(5),
    host("10.0.0.66", [sshPort("k"), httpPort()], { mac: mac(66), names: ["old.corp.example"] }),
  ];
  const less = six.map((one, i) => (i === 2 ? { ...one, ports: one.ports?.slice(0, 1) ?? [] } : one));
  const state = join(tempDir(), "state");
  await play([six, ...Array(3).fill(less), ...Array(4).fill(less.slice(0, 5))], { state });
  return eventsLeft(state).filter(({ event }) => event.kind === "state");
}

describeWith(found, "what is open now, asked of a real Elasticsearch as the page says", (server) => {
  const index = `posture-${freshNamespace()}`;
  const since = new Date(START_MS - 60_000).toISOString();

  // The other tests look at what this one leaves.
  test("the events of the recorded scans are taken in", async () => {
    expect((await ask(server, `PUT /${index}`, { mappings: mappings("core") })).status).toBe(200);
    const lines = (await observations()).flatMap((document) => [{ create: {} }, document]);
    expect((await ask(server, `POST /${index}/_bulk?refresh=true`, lines)).body).toMatchObject({ errors: false });
  });

  const search = async (body: unknown) => (await ask(server, `POST /${index}/_search?size=100`, body)).body;
  const [ofHosts = "", ofServices = ""] = blocks("json").map((text) => text.replaceAll(/now-\d+[hd]/g, since));

  test("the newest document of each host lists what is open on it", async () => {
    const { hits } = observed.parse(await search(JSON.parse(ofHosts))).hits;
    const shown = hits.map(({ _source: { host: at, tripline } }) => {
      const { cause, open_services: open } = tripline.observation;
      return `${at.name}: ${cause === "closed" ? "gone" : open.join(", ")}`;
    });
    expect(shown.toSorted()).toEqual([
      "app0.corp.example: tcp/22 ssh, tcp/80 http",
      "app1.corp.example: tcp/22 ssh, tcp/80 http",
      "app2.corp.example: tcp/22 ssh",
      "app3.corp.example: tcp/22 ssh, tcp/80 http",
      "app4.corp.example: tcp/22 ssh, tcp/80 http",
      "old.corp.example: gone",
    ]);
  });

  test("the newest document of each service of one host says whether it is open", async () => {
    const one = ofServices.replace("app07", "app2");
    const { hits } = observed.parse(await search(JSON.parse(one))).hits;
    const shown = hits.map(({ _source: { service } }) => `${service?.address} ${service?.state}`);
    expect(shown.toSorted()).toEqual(["10.0.0.3:22 open", "10.0.0.3:80 closed"]);
  });

  test.each([
    ["open_services", { "tcp/22 ssh": 6, "tcp/80 http": 6 }],
    ["exposures", { "remote-admin": 6, web: 6 }],
  ])("hosts by %s, counting what closed within the time", async (leaf, expected) => {
    const filter = [{ term: { "event.action": "host-observed" } }, { range: { "@timestamp": { gte: since } } }];
    const by = {
      terms: { field: `tripline.observation.${leaf}` },
      aggs: { hosts: { cardinality: { field: "host.id" } } },
    };
    const { aggregations } = buckets.parse(await search({ size: 0, query: { bool: { filter } }, aggs: { by } }));
    expect(Object.fromEntries(aggregations.by.buckets.map(({ key, hosts }) => [key, hosts.value]))).toEqual(expected);
  });
});

test("the ES|QL of the page names fields that events have", () => {
  const names = blocks("esql").flatMap((text) => text.match(/(?<!-)\b(?:tripline|event|host)\.[a-z_.]+/g) ?? []);
  expect(names.length).toBeGreaterThan(8);
  expect(names.filter((name) => fieldNamed(name) === null)).toEqual([]);
});
