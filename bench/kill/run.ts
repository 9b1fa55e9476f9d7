import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openState } from "../../src/app/wiring.ts";
import { searchStream } from "../../test/support/elasticsearch/search-stream.ts";
import { startElasticsearch } from "../../test/support/elasticsearch/server.ts";
import { startBroker } from "../../test/support/kafka/broker.ts";
import { readTopic } from "../../test/support/kafka/read-topic.ts";
import { baseHosts, scanXml } from "../noise/segment.ts";

/**
 * `make bench-kill`: kill -9 at random moments of cycle and relay, with a real Kafka and a real Elasticsearch. Prints
 * what was lost (must be 0), duplicates per sink, and duplicate documents (must be 0).
 */

const KILLS = Number(process.argv[2] ?? 20);
const FAMILIES = ["anomaly", "scan", "observation", "audit"] as const;
const BIN = join(import.meta.dirname, "../../bin/tripline.cjs");
const directory = mkdtempSync(join(tmpdir(), "tripline-kill-"));
const state = join(directory, ".tripline");
const config = join(directory, "tripline.yaml");

/** A small seeded generator: the same kills at the same delays each time. */
let seed = 20_261_124;
function random(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
}

/** Every scan has other ports on 30 hosts, so that every cycle has events of every kind. */
function scanFile(n: number): string {
  const file = join(directory, `scan-${n}.xml`);
  const hosts = baseHosts().map((host, i) =>
    i % 3 === n % 3 ? { ...host, ports: [...(host.ports ?? []), { port: 100 + (n % 50) }] } : host,
  );
  writeFileSync(file, scanXml(n, hosts));
  return file;
}

async function tripline(args: readonly string[], killAfterMs: number | null): Promise<"ended" | "killed"> {
  const child = spawn(process.execPath, [BIN, ...args, "-c", config], { stdio: "ignore" });
  const gone = once(child, "exit");
  const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  await gone;
  clearTimeout(timer);
  return child.signalCode === "SIGKILL" ? "killed" : "ended";
}

interface Stored {
  readonly ids: readonly string[];
  readonly scans: number;
}

async function stored(): Promise<Stored> {
  const opened = openState(state, "read");
  if (!opened.ok) return { ids: [], scans: 0 };
  const rows = await opened.value.outbox.readAfter(0, { maxRows: 10_000_000, maxBytes: Number.MAX_SAFE_INTEGER });
  opened.value.close();
  return {
    ids: rows.map((row) => row.id),
    scans: rows.filter((row) => row.body.includes('"dataset":"tripline.scan"')).length,
  };
}

const broker = await startBroker({});
const node = await startElasticsearch({});
try {
  writeFileSync(join(directory, "password"), node.password, { mode: 0o600 });
  writeFileSync(
    config,
    `segment: kill\ntargets: [10.30.0.0/24]\noutputs:\n  kafka: { brokers: ["${broker.brokers[0]}"], backfill: true }\n` +
      `  elasticsearch: { url: "${node.url}", username: ${node.username}, password: "\${file:./password}", backfill: true }\n`,
  );
  await tripline(["setup", "kafka"], null);
  await tripline(["setup", "elasticsearch", "--profile", "core"], null);
  let kills = 0;
  for (let n = 0; kills < KILLS; ) {
    const before = (await stored()).scans;
    const args = ["scan", "--from-xml", scanFile(n), "--learn-scans", "1", "--emit", "-q"];
    if ((await tripline(args, 200 + random() * 2_500)) === "killed") kills += 1;
    // A cycle that was committed is over; one that was not is scanned again, as the agent would.
    if ((await stored()).scans > before) n += 1;
  }
  await tripline(["scan", "--from-xml", scanFile(9_000), "--learn-scans", "1", "--emit", "-q"], null);
  const { ids } = await stored();
  const kafka = (
    await Promise.all(FAMILIES.map((f) => readTopic(broker.brokers, `tripline.${f}`, { timeoutMs: 60_000 })))
  ).flat();
  const documents = (await Promise.all(FAMILIES.map((f) => searchStream(node, `logs-tripline.${f}-default`)))).flat();
  const inKafka = new Set(kafka.map((message) => message.headers.get("event-id")));
  const inElasticsearch = new Set(documents.map((document) => document.id));
  const lost = (have: ReadonlySet<string | undefined>) => ids.filter((id) => !have.has(id)).length;
  console.log(`command: make bench-kill; ${kills} kills -9, seed 20261124, node ${process.version}`);
  console.log(`events committed            ${ids.length}`);
  console.log(`lost in Kafka               ${lost(inKafka)}`);
  console.log(`lost in Elasticsearch       ${lost(inElasticsearch)}`);
  console.log(
    `duplicates in Kafka         ${kafka.length - inKafka.size} (${((100 * (kafka.length - inKafka.size)) / ids.length).toFixed(2)} %), at most one batch of 500 per kill`,
  );
  console.log(`duplicate documents         ${documents.length - inElasticsearch.size}`);
} finally {
  await broker.destroy();
  await node.destroy();
  rmSync(directory, { recursive: true, force: true });
}
