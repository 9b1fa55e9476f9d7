import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { lastLines, runCommand } from "../command.ts";
import { acceptsConnections } from "../ports.ts";
import { endProcess, spawnServer, waitUntilReady } from "../server-process.ts";
import type { KafkaParts } from "./parts.ts";
import { type Secured, securedProperties, scramUsers } from "./secured.ts";

/** One Kafka process: a broker, a controller, or both in one. */
export interface KafkaNode {
  /** Of the process that runs now: for SIGSTOP, SIGCONT and resource readings. */
  readonly pid: number;
  /** Milliseconds the last start took until connections were accepted. */
  readonly startMs: number;
  kill9(): Promise<void>;
  stop(): Promise<void>;
  /** Starts again on the same data and address, ending a running process first. */
  restart(): Promise<void>;
}

export interface NodeSettings {
  readonly parts: KafkaParts;
  /** Keeps configuration, data and log. */
  readonly dir: string;
  readonly clusterId: string;
  readonly id: number;
  /** Listens for clients there; null: no broker. */
  readonly port: number | null;
  /** Of the cluster's controller. */
  readonly controllerPort: number;
  /** This process is the controller. */
  readonly controls: boolean;
  /** Listens with TLS and logins as well. */
  readonly secured?: Secured;
}

// The first compiler stage and the serial collector start a test broker in a third of the usual time.
const JAVA_OPTIONS = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms64m", "-Xmx256m"];

/** Starts a node on 127.0.0.1, on the data its folder already has or on new data. */
export async function startNode(settings: NodeSettings): Promise<KafkaNode> {
  await prepare(settings);
  let running = await launch(settings);
  return {
    get pid() {
      return running.child.pid ?? 0;
    },
    get startMs() {
      return running.startMs;
    },
    kill9: () => endProcess(running.child, "SIGKILL"),
    stop: () => endProcess(running.child, "SIGTERM"),
    async restart() {
      await endProcess(running.child, "SIGTERM");
      running = await launch(settings);
    },
  };
}

export function newClusterId(): string {
  const id = randomBytes(16);
  // An id that begins with "-" would be read as an option: the first character comes from the first six bits.
  id[0] = (id[0] ?? 0) & 0x7f;
  return id.toString("base64url");
}

/** Writes the configuration and, on new data, the cluster's identity. */
async function prepare(settings: NodeSettings): Promise<void> {
  const { dir, parts, clusterId, controls } = settings;
  const data = dataOf(dir);
  mkdirSync(data, { recursive: true });
  const common = readFileSync(path.join(import.meta.dirname, "server.properties"), "utf8");
  const own = Object.entries(propertiesOf(settings)).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(configOf(dir), `${own.join("")}\n${common}`);
  if (existsSync(path.join(data, "meta.properties"))) return;
  const quorum = controls ? "--standalone" : "--no-initial-controllers";
  const format = ["kafka.tools.StorageTool", "format", quorum, "--cluster-id", clusterId, "--config", configOf(dir)];
  const users = settings.secured === undefined ? [] : scramUsers();
  const result = await runCommand(javaOf(parts), [...javaArguments(parts), ...format, ...users], dir);
  if (!result.ok) throw new Error(`Kafka could not format ${data}: ${lastLines(result.output, 10)}`);
}

function propertiesOf(settings: NodeSettings): Readonly<Record<string, string>> {
  const { dir, id, port, controllerPort, controls } = settings;
  const secured = settings.secured === undefined ? null : securedProperties(settings.secured, dir);
  const client = port === null ? [] : [`PLAINTEXT://127.0.0.1:${port}`, ...(secured?.listeners ?? [])];
  const controller = controls ? [`CONTROLLER://127.0.0.1:${controllerPort}`] : [];
  return {
    "process.roles": [...(port === null ? [] : ["broker"]), ...(controls ? ["controller"] : [])].join(","),
    "node.id": String(id),
    listeners: [...client, ...controller].join(","),
    ...(port === null ? {} : { "inter.broker.listener.name": "PLAINTEXT", "advertised.listeners": client.join(",") }),
    "controller.quorum.bootstrap.servers": `127.0.0.1:${controllerPort}`,
    "log.dirs": dataOf(dir),
    "listener.security.protocol.map": ["PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT", ...(secured?.protocols ?? [])].join(
      ",",
    ),
    ...secured?.properties,
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly startMs: number;
}

async function launch({ dir, parts, port, controllerPort }: NodeSettings): Promise<Running> {
  const started = performance.now();
  const logFile = path.join(dir, "broker.log");
  const args = [...javaArguments(parts), "kafka.Kafka", configOf(dir)];
  const child = spawnServer({ command: javaOf(parts), args, cwd: dir, logFile, env: { PATH: process.env["PATH"] } });
  await waitUntilReady({ child, logFile, name: "Kafka", isReady: () => acceptsConnections(port ?? controllerPort) });
  return { child, startMs: Math.round(performance.now() - started) };
}

function javaArguments({ libs }: KafkaParts): string[] {
  const logging = `-Dlog4j2.configurationFile=${path.join(import.meta.dirname, "log4j2.properties")}`;
  return [...JAVA_OPTIONS, logging, "-cp", `${libs}/*`];
}

function javaOf({ javaHome }: KafkaParts): string {
  return path.join(javaHome, "bin/java");
}

function configOf(dir: string): string {
  return path.join(dir, "server.properties");
}

function dataOf(dir: string): string {
  return path.join(dir, "data");
}
