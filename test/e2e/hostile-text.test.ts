import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openState } from "../support/runtime.ts";
import type { OutboxRow } from "../../src/domain/ports/sink.ts";
import { directoryWith, run } from "../cli/command-line.ts";
import { type Loose, read } from "../events/loose.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import type { ElasticsearchAccess } from "../support/elasticsearch/access.ts";
import { searchStream } from "../support/elasticsearch/search-stream.ts";
import { freshNamespace } from "../support/fresh-names.ts";
import { type Listener, listener } from "../support/listeners.ts";
import { escapeBytes, type HostSpec, nmapXml } from "../support/nmap-xml.ts";
import { elasticsearchForTests } from "../support/servers.ts";

const HOST = "127.0.34.1";

/** What a port may say to whoever reads it: a terminal, a log, an XML reader, a template, a table, an object's keys. */
const CORPUS = {
  ansi: Buffer.from("\u001b[2J\u001b[31mred\u001b]0;title\u0007\u001bP1$r\u001b\\ bell\u0007\r\n"),
  bidi: Buffer.from("user \u202egnp.exe\u202c \u2066x\u2069 \u200b\ufeff\u200e hidden\r\n"),
  control: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  invalid: Buffer.from([0x68, 0x69, 0xff, 0xfe, 0xc3, 0x28, 0xe2, 0x82, 0xed, 0xa0, 0x80, 0xf8, 0x88, 0x0d, 0x0a]),
  markup: Buffer.from("]]><script>alert(1)</script><!-- &big; &#0; <!DOCTYPE a [<!ENTITY b 'c'>]>\r\n"),
  template: Buffer.from("=cmd|' /C calc'!A0 ${jndi:ldap://x/a} {{7*7}} %{x} $(id) `id`\r\n"),
  prototype: Buffer.from('__proto__ constructor {"__proto__":{"polluted":1}} prototype\r\n'),
  bulk: Buffer.from('"}\n{"create":{"_index":"owned"}}\n{"a":"\r\n'),
  megabyte: Buffer.alloc(1024 * 1024, "A\u0000\u001b[31m"),
  smtp: Buffer.from("220 mail\u001b[31m.example.org ESMTP Postfix (<script>\u202e)\r\n"),
  ssh: Buffer.from("SSH-2.0-OpenSSH_9.2p1 \u001b[31m${jndi:x}\u202e\r\n"),
} as const;

function both() {
  const nmap = installedNmap();
  return elasticsearchForTests().then((found) => (nmap.ok ? found : nmap));
}

describeWith(await both(), "hostile text from hosts ends as inert events that Elasticsearch takes", (server) => {
  const elasticsearch = server as ElasticsearchAccess;

  test("said by real ports to a real nmap; said again it is no change", async () => {
    // Half of the ports said something harmless before: their banners change, the others are new.
    const names = Object.keys(CORPUS) as (keyof typeof CORPUS)[];
    const before = await Promise.all(names.filter((_, i) => i % 2 === 0).map((name) => port(name, "220 ready\r\n")));
    const directory = configured(elasticsearch, `targets: [${HOST}]\nports: ["${FIRST}-${FIRST + names.length}"]`);
    await setUp(directory);
    expect(await scan(directory)).toMatchObject({ code: 0 });
    await Promise.all(before.map((one) => one.close()));
    await Promise.all(names.map((name) => port(name, CORPUS[name])));
    expect(await scan(directory)).toMatchObject({ code: 0 });
    const rows = await outboxOf(directory);
    expect(kindsOf(rows)).toEqual(expect.arrayContaining(["banner-changed", "port-opened", "service-observed"]));
    expectInert(rows);
    await expectStored(elasticsearch, rows);

    expect(await scan(directory)).toMatchObject({ code: 0 });
    const again = (await outboxOf(directory)).slice(rows.length);
    expect(again.filter((row) => row.family === "anomaly").map((row) => read(row.body).event.action)).toEqual([]);
  });

  test("read from recorded XML: names, vendors, services, scripts and their keys", async () => {
    const directory = configured(elasticsearch, "targets: [10.0.0.0/24]");
    await setUp(directory);
    writeFileSync(join(directory, "1.xml"), recorded(0, "plain"));
    writeFileSync(join(directory, "2.xml"), recorded(1, "HOSTILE").replaceAll("HOSTILE", everything()));
    const args = ["scan", "--from-xml", "1.xml", "2.xml", "--learn-scans", "1", "--emit", "-c", "tripline.yaml"];
    expect(await run(args, directory)).toMatchObject({ code: 0 });
    const rows = await outboxOf(directory);
    expect(kindsOf(rows)).toEqual(expect.arrayContaining(["name-changed", "port-opened", "host-appeared"]));
    expectInert(rows);
    await expectStored(elasticsearch, rows);
  });
});

// What is left of the corpus in the events: it did arrive, as text.
const SEEN = ["<script>alert(1)</script>", "${jndi:ldap://x/a}", "gnp.exe", "__proto__", "red", "{{7*7}}"];
const FIRST = 21_340;

function port(name: keyof typeof CORPUS, text: string | Uint8Array): Promise<Listener> {
  return listener(HOST, FIRST + Object.keys(CORPUS).indexOf(name), { kind: "banner", text });
}

function configured(server: ElasticsearchAccess, scope: string): string {
  return directoryWith({
    password: server.password,
    "tripline.yaml": `segment: hostile
${scope}
pace: normal
os_detection: false
namespace: ${freshNamespace()}
baseline: { learn: { scans: 1, at_least: 0s } }
outputs:
  file: { path: .tripline/events.ndjson, backfill: true }
  elasticsearch: { url: "${server.url}", username: ${server.username}, password: "\${file:./password}", backfill: true }
`,
  });
}

async function setUp(directory: string): Promise<void> {
  const done = await run(["setup", "elasticsearch", "--profile", "core", "-c", "tripline.yaml"], directory);
  expect(done).toMatchObject({ code: 0 });
}

function scan(directory: string) {
  return run(["scan", "--emit", "-c", "tripline.yaml"], directory);
}

async function outboxOf(directory: string): Promise<readonly OutboxRow[]> {
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) throw new Error(opened.error.what);
  try {
    const { sinks } = await opened.value.outbox.status();
    expect(sinks.map((sink) => [sink.pending, sink.deadLetters])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    return await opened.value.outbox.readAfter(0, { maxRows: 100_000, maxBytes: 1024 ** 3 });
  } finally {
    opened.value.close();
  }
}

function kindsOf(rows: readonly OutboxRow[]): readonly string[] {
  return [...new Set(rows.map((row) => String(read(row.body).event.action)))];
}

/** Beyond the contract, which is checked of every event: not even an escaped control character, and no prototype. */
function expectInert(rows: readonly OutboxRow[]): void {
  for (const { body } of rows) {
    expect(body).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/);
    // `\n` and `\t` may stand in banners and script texts; every other control character would be written as \u00xx.
    expect(body).not.toMatch(/(?<!\\)(\\\\)*\\(u00|u20|b|f|r)/);
  }
  const all = rows.map((row) => row.body).join("\n");
  expect(SEEN.filter((text) => !all.includes(text))).toEqual([]);
  expect(Object.prototype).not.toHaveProperty("polluted");
}

async function expectStored(server: ElasticsearchAccess, rows: readonly OutboxRow[]): Promise<void> {
  const namespace = read(rows[0]?.body).data_stream.namespace;
  const stored = await searchStream(server, `logs-tripline.*-${namespace}`);
  const byId = new Map<string, Loose>(stored.map((document) => [document.id, document.source]));
  expect(byId.size).toBe(rows.length);
  for (const row of rows) expect(byId.get(row.id)).toEqual(read(row.body));
}

/** The second recording has the word wherever a host may write something. */
function recorded(n: number, word: string): string {
  const script = {
    id: "tripline-banner",
    output: word,
    value: { schema: "1", norm: word, [word]: word, __proto: word },
  };
  const service = { name: "http", product: word, version: word, extrainfo: word, servicefp: word };
  const ports = [22, ...(n > 0 ? [4444] : [])].map((port) => ({ port, service, scripts: [script] }));
  const os = { matches: [{ name: word, accuracy: 100, family: word, vendor: word }] };
  const host = (address: string): HostSpec => ({
    address,
    names: [word],
    vendor: word,
    ports,
    os,
    hostScripts: [script],
  });
  const start = 1_763_629_200 + n * 1800;
  const scaninfo = [{ type: "syn", protocol: "tcp", services: "1-100,4444" }];
  const hosts = [host("10.0.0.5"), ...(n > 0 ? [host("10.0.0.6")] : [])];
  return nmapXml({ hosts, scaninfo, start, finished: start + 60 });
}

/** The whole corpus as nmap writes it into an attribute; the megabyte is beyond what an attribute may be. */
function everything(): string {
  const { megabyte: _, ...rest } = CORPUS;
  return escapeBytes(Buffer.concat([Buffer.from("x"), ...Object.values(rest)]));
}
