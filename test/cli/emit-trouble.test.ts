import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openState } from "../support/runtime.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import type { ElasticsearchAccess } from "../support/elasticsearch/access.ts";
import { failed, items } from "../support/elasticsearch/bulk-answers.ts";
import { recordedServer } from "../support/elasticsearch/recorded-server.ts";
import { freshNamespace } from "../support/fresh-names.ts";
import { nmapXml } from "../support/nmap-xml.ts";
import { freePorts, portOf } from "../support/ports.ts";
import { elasticsearchForTests } from "../support/servers.ts";
import { directoryWith, type Ran, run } from "./command-line.ts";

const EVENTS = 3;

/** `scan --from-xml --emit` with these outputs: one host with one port, so three events wait. */
async function emit(
  outputs: string,
  files: Readonly<Record<string, string>> = {},
): Promise<{ ran: Ran; directory: string }> {
  const directory = directoryWith({
    ...files,
    "one.xml": nmapXml({ hosts: [{ address: "10.0.0.5", ports: [{ port: 22 }] }] }),
    "tripline.yaml": `segment: office\ntargets: [10.0.0.0/24]\nnamespace: ${freshNamespace()}\noutputs:\n${outputs}`,
  });
  return { ran: await run(["scan", "--from-xml", "one.xml", "--emit", "-c", "tripline.yaml"], directory), directory };
}

async function outboxOf(directory: string) {
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) throw new Error(opened.error.what);
  try {
    return await opened.value.outbox.status();
  } finally {
    opened.value.close();
  }
}

/** Nothing of it arrived, and nothing of it is lost: all rows wait, none is a dead letter. */
async function expectKept({ ran, directory }: { ran: Ran; directory: string }, state: string): Promise<void> {
  expect(ran.code).toBe(4);
  expect(ran.err).toContain(`effect  ${EVENTS} events wait in the outbox; nothing is lost`);
  expect(ran.err).toContain("fix ");
  const status = await outboxOf(directory);
  expect(status.rows).toBe(EVENTS);
  expect(status.sinks.map((sink) => [sink.state, sink.pending, sink.deadLetters])).toEqual(
    status.sinks.map(() => [state, EVENTS, 0]),
  );
  const { code, out } = await run(["outbox", "status", "-c", "tripline.yaml"], directory);
  expect(code).toBe(0);
  expect(out).toContain(state);
}

function elasticsearch(url: string, credentials: string): string {
  return `  elasticsearch: { url: "${url}", ${credentials} }\n`;
}

describe("outputs that cannot be reached", () => {
  it("a broker and an Elasticsearch that do not answer: 4 after half a minute, each with its reason", async () => {
    const [broker, node] = await freePorts(2);
    const at = elasticsearch(`http://127.0.0.1:${node}`, "api_key: x");
    const emitted = await emit(`${at}  kafka: { brokers: ["127.0.0.1:${broker}"] }\n`);
    expect(emitted.ran.err).toMatch(/tripline: output elasticsearch: .*ECONNREFUSED/);
    expect(emitted.ran.err).toMatch(/tripline: output kafka: .*(ECONNREFUSED|127\.0\.0\.1)/);
    await expectKept(emitted, "backing-off");
  });
});

describeWith(await elasticsearchForTests(), "a real Elasticsearch", (server: ElasticsearchAccess) => {
  it("refuses a wrong password: 4, check the credentials, all kept", async () => {
    const emitted = await emit(
      elasticsearch(server.url, `username: ${server.username}, password: "\${file:./password}"`),
      { password: "wrong" },
    );
    expect(emitted.ran.err).toMatch(/output elasticsearch: .*(401|unable to authenticate)/);
    await expectKept(emitted, "stopped");
  });
});

describe("a server that answers as Elasticsearch does", () => {
  const item = (status: number, type: string, reason: string) => ({ create: { status, error: { type, reason } } });

  it.each([
    ["every request with 401", 401, null, /401|security_exception/],
    ["every request with 404", 404, null, /404.*tripline setup elasticsearch|tripline setup elasticsearch/],
    [
      "every document with a missing data stream",
      200,
      item(404, "index_not_found_exception", "no such index and [require_data_stream] is [true]"),
      /no such index .*; run tripline setup elasticsearch/,
    ],
    [
      "every document with a missing pipeline",
      200,
      item(400, "illegal_argument_exception", "pipeline with id [logs-tripline@pipeline] does not exist"),
      /pipeline with id \[logs-tripline@pipeline\] does not exist; run tripline setup elasticsearch/,
    ],
    [
      "every document with a missing right",
      200,
      item(403, "security_exception", "action [indices:admin/auto_create] is unauthorized"),
      /unauthorized; the key needs auto_configure and create_doc/,
    ],
  ] as const)("%s: 4, the way out in words, all kept, nothing in the dead letters", async (_, status, each, reason) => {
    const url = await answering(status, each);
    const emitted = await emit(elasticsearch(url, "api_key: x"));
    expect(emitted.ran.err).toMatch(reason);
    await expectKept(emitted, "stopped");
  });
});

describe("an output that refuses events for good", () => {
  const MAPPING = failed(400, "document_parsing_exception", "failed to parse field [source.ip]");
  const ONE_PORT = nmapXml({ hosts: [{ address: "10.0.0.5", ports: [{ port: 22 }] }] });

  /** Two of the three events are observations. */
  async function refusing(family = "observation"): Promise<string> {
    const server = await recordedServer();
    const some = items(({ index }) => (index.startsWith(`logs-tripline.${family}-`) ? MAPPING : null));
    server.play(...Array.from({ length: 20 }, () => some));
    return `${elasticsearch(server.url, "api_key: x")}  file: { path: ./out.ndjson }\n`;
  }

  it("is said, counted, told to the other outputs, and ends with 4 (it ended with 0 and no word)", async () => {
    const { ran, directory } = await emit(await refusing());
    expect(ran.code).toBe(4);
    expect(ran.err).toMatch(
      /tripline: 2 events were refused by output elasticsearch \(document_parsing_exception: .*source\.ip/,
    );
    expect(ran.err).toContain("effect  they are in the dead letters and are not sent again");
    expect(ran.err).toContain("tripline outbox dead --sink elasticsearch");
    const { sinks } = await outboxOf(directory);
    expect(sinks.map((sink) => [sink.name, sink.pending, sink.deadLetters])).toEqual([
      ["elasticsearch", 0, 2],
      ["file", 0, 0],
    ]);
    const lines = readFileSync(join(directory, "out.ndjson"), "utf8").trimEnd().split("\n");
    const told = lines.map((line) => JSON.parse(line)).filter((event) => event.event.action === "event-rejected");
    expect(told.map((event) => event.message)).toEqual([
      "Output elasticsearch refused 2 events for good; they are in the dead letters.",
    ]);
  });

  it("is in the JSON, and said with --quiet as well", async () => {
    const directory = directoryWith({
      "one.xml": ONE_PORT,
      "tripline.yaml": `segment: office\ntargets: [10.0.0.0/24]\noutputs:\n${await refusing()}`,
    });
    const args = ["scan", "--from-xml", "one.xml", "--emit", "--quiet", "--json", "-c", "tripline.yaml"];
    const { code, out, err } = await run(args, directory);
    expect(code).toBe(4);
    expect(err).toContain("2 events were refused by output elasticsearch");
    const refused = {
      output: "elasticsearch",
      events: 2,
      slug: "document_parsing_exception",
      reason: expect.stringContaining("source.ip"),
    };
    expect(JSON.parse(out).delivery).toEqual({
      waiting: 0,
      unreachable: false,
      reasons: [],
      refused: [refused],
      kept: true,
    });
  });

  it("of a replay without a state of its own: what was refused is removed with the temporary store, and that is said", async () => {
    // What was recorded elsewhere has no archive, so the replay of it is a scan event with its verdict, and nothing else.
    const { directory } = await emit(await refusing("scan"));
    const { code, err } = await run(["replay", "--emit", "-c", "tripline.yaml"], directory);
    expect(code).toBe(3);
    expect(err).toMatch(/ refused by output elasticsearch[^]*effect {2}they were removed with the temporary store/);
    expect(err).toContain("--state DIR keeps the store");
  });
});

describeWith(installedNmap(), "run --once", () => {
  const once = ["run", "--once", "--no-web", "-c", "tripline.yaml"];

  function configured(outputs: string): string {
    const text = `segment: office\ntargets: [127.0.37.1]\nports: [4444]\nos_detection: false\noutputs:\n${outputs}`;
    return directoryWith({ "tripline.yaml": text });
  }

  it("ends with 0 when its cycle is complete and everything is sent", async () => {
    const directory = configured("  file: { path: ./out.ndjson }\n");
    expect(await run(once, directory)).toMatchObject({ code: 0 });
    expect(readFileSync(join(directory, "out.ndjson"), "utf8")).toContain("scan-completed");
  });

  it("ends with 4 when an output refused events (it ended with 0)", async () => {
    const server = await recordedServer();
    const mapping = failed(400, "document_parsing_exception", "failed to parse field [source.ip]");
    const started = items(({ body }) => (body.includes('"agent-started"') ? mapping : null));
    server.play(...Array.from({ length: 20 }, () => started));
    const directory = configured(elasticsearch(server.url, "api_key: x"));
    expect(await run(once, directory)).toMatchObject({ code: 4 });
    expect((await outboxOf(directory)).sinks).toMatchObject([{ pending: 0, deadLetters: 1 }]);
  });
});

/** Answers every `_bulk` with the status, and where `each` is given with that for its document: a relay begins with one. */
async function answering(status: number, each: object | null): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once("end", () => {
      response.writeHead(status, { "content-type": "application/json", "x-elastic-product": "Elasticsearch" });
      const failure = { error: { type: "security_exception", reason: `HTTP ${status}` }, status };
      response.end(JSON.stringify(each === null ? failure : { errors: true, items: [each] }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${portOf(server)}`;
}
