import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startListener } from "../../src/app/demo/services.ts";
import type { ElasticsearchAccess } from "../../test/support/elasticsearch/access.ts";
import { startElasticsearch } from "../../test/support/elasticsearch/server.ts";
import { startBroker } from "../../test/support/kafka/broker.ts";
import { PLAIN } from "../noise/plain.ts";
import { idsInElasticsearch, idsInKafka, storeCounts } from "./counts.ts";

/**
 * `make bench-kill`: kill -9 of the agent at random moments, with a real nmap, a real Kafka and a real Elasticsearch.
 * Before each start a recorded scan fills the outbox without sending, so that the agent's first seconds hold everything:
 * start, relay of a backlog, scan, verification, commit, relay of what was found. Prints what was lost (must be 0),
 * duplicates per output (at most one batch per kill) and duplicate documents (must be 0).
 */

const KILLS = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 20);
const SEED = 20_261_124;
/** A life ends between these: start and relay of the backlog take the first seconds, cycles the rest. */
const LIFE_MS = [700, 4_500] as const;
const BATCH = 500;
const BIN = join(import.meta.dirname, "../../bin/tripline.cjs");
const HOST = "127.0.31.1";

/** Where a life ended, as far as the store tells. */
type Moment = "start" | "scan" | "backlog" | "send";

/** A small seeded generator: the same delays each time. */
function generator(): () => number {
  let seed = SEED;
  return () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
}

interface Ground {
  readonly directory: string;
  readonly state: string;
  /** Configuration of the agent. */
  readonly agent: string;
  /** Its `outputs`, for the recorded scans that fill the outbox from other segments. */
  readonly outputs: string;
}

function prepare(broker: string, node: ElasticsearchAccess): Ground {
  const directory = mkdtempSync(join(tmpdir(), "tripline-kill-"));
  writeFileSync(join(directory, "password"), node.password, { mode: 0o600 });
  const outputs =
    `outputs:\n  kafka: { brokers: ["${broker}"], backfill: true }\n` +
    `  elasticsearch: { url: "${node.url}", username: ${node.username}, password: "\${file:./password}", backfill: true }\n`;
  const agent = join(directory, "agent.yaml");
  writeFileSync(
    agent,
    `segment: kill\ntargets: [${HOST}]\nports: ["8000-8020"]\npace: normal\nos_detection: false\nevery: 1s\n` +
      `baseline: { learn: { scans: 1, at_least: 0s } }\n${outputs}`,
  );
  const state = join(directory, ".tripline");
  mkdirSync(state, { mode: 0o700 });
  return { directory, state, agent, outputs };
}

async function tripline(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`tripline ${args.join(" ")} ended with ${code}: ${errors}`);
}

/** A segment of its own: everything in it is new, and no two fillings have an event in common. */
async function fillOutbox(ground: Ground, n: number): Promise<void> {
  const config = join(ground.directory, "backlog.yaml");
  const file = join(ground.directory, "backlog.xml");
  writeFileSync(config, `segment: backlog-${n}\ntargets: [10.30.0.0/24]\n${ground.outputs}`);
  writeFileSync(file, PLAIN.scanXml(n, PLAIN.hosts));
  await tripline(["scan", "--from-xml", file, "--learn-scans", "1", "-c", config, "--state", ground.state, "-q"]);
}

/** One life of the agent, ended by kill -9. Throws when it ends by itself, which it must not. */
async function lifeOf(ground: Ground, killAfterMs: number): Promise<Moment> {
  const before = await storeCounts(ground.state);
  const args = [BIN, "run", "--no-web", "-c", ground.agent, "--state", ground.state];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const gone = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  await gone;
  clearTimeout(timer);
  if (child.signalCode !== "SIGKILL") throw new Error(`the agent ended by itself with ${child.exitCode}`);
  const after = await storeCounts(ground.state);
  if (after.ids.length === before.ids.length) return "start";
  if (after.settled === before.settled) return "backlog";
  return after.waiting > 0 ? "send" : "scan";
}

/** Lets the agent run a cycle at a time until nothing waits any more. */
async function drain(ground: Ground): Promise<void> {
  const args = [BIN, "run", "--once", "--no-web", "-c", ground.agent, "--state", ground.state];
  for (let tries = 0; tries < 10; tries += 1) {
    const child = spawn(process.execPath, args, { stdio: "ignore" });
    await once(child, "exit");
    if ((await storeCounts(ground.state)).waiting === 0) return;
  }
}

interface Killed {
  readonly moments: ReadonlyMap<Moment, number>;
  /** Also of rows that were delivered and forgotten in the meantime. */
  readonly committed: ReadonlySet<string>;
}

async function kills(ground: Ground): Promise<Killed> {
  const random = generator();
  const moments = new Map<Moment, number>();
  const committed = new Set<string>();
  for (let n = 0; n < KILLS; n += 1) {
    await fillOutbox(ground, n);
    for (const id of (await storeCounts(ground.state)).ids) committed.add(id);
    // A port that is there in this life only, so that the agent's own cycles find changes.
    const changing = await startListener(HOST, 8_000 + (n % 20), { banner: "220 bench\r\n" });
    const moment = await lifeOf(ground, LIFE_MS[0] + random() * (LIFE_MS[1] - LIFE_MS[0]));
    await changing.stop();
    moments.set(moment, (moments.get(moment) ?? 0) + 1);
  }
  return { moments, committed };
}

function report(committed: readonly string[], arrived: ReadonlyMap<string, readonly string[]>): string {
  return [...arrived]
    .flatMap(([output, ids]) => {
      const have = new Set(ids);
      const lost = committed.filter((id) => !have.has(id)).length;
      const twice = ids.length - have.size;
      const share = ((100 * twice) / committed.length).toFixed(2);
      return [
        `lost in ${output}`.padEnd(28) + lost,
        `duplicates in ${output}`.padEnd(28) + `${twice} (${share} %), at most ${BATCH} per kill`,
      ];
    })
    .join("\n");
}

async function main(): Promise<void> {
  const broker = await startBroker({});
  const node = await startElasticsearch({});
  const ground = prepare(broker.brokers[0] ?? "", node);
  try {
    await tripline(["setup", "kafka", "-c", ground.agent]);
    await tripline(["setup", "elasticsearch", "--profile", "core", "-c", ground.agent]);
    const { moments, committed } = await kills(ground);
    await drain(ground);
    const { ids, waiting, deadLetters } = await storeCounts(ground.state);
    const all = [...new Set([...committed, ...ids])];
    const kafka = await idsInKafka(broker.brokers);
    const documents = await idsInElasticsearch(node);
    console.log(`command: make bench-kill; ${KILLS} kills -9 of the agent, seed ${SEED}, node ${process.version}`);
    console.log("killed during".padEnd(28) + [...moments].map(([moment, n]) => `${moment} ${n}`).join(", "));
    console.log("events committed".padEnd(28) + all.length);
    console.log("waiting, dead letters".padEnd(28) + `${waiting}, ${deadLetters}`);
    console.log(
      report(
        all,
        new Map([
          ["Kafka", kafka],
          ["Elasticsearch", documents],
        ]),
      ),
    );
  } finally {
    await broker.destroy();
    await node.destroy();
    rmSync(ground.directory, { recursive: true, force: true });
  }
}

await main();
