import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { missingText } from "../availability.ts";
import { lastLines, runCommand } from "../command.ts";
import { acceptsConnections, freePorts } from "../ports.ts";
import { endProcess, spawnServer, waitUntilReady } from "../server-process.ts";
import { newTempDir } from "../temp-dir.ts";
import { type KafkaParts, kafkaParts } from "./parts.ts";

export interface Broker {
  /** Bootstrap addresses, the same after every restart. */
  readonly brokers: readonly string[];
  readonly dir: string;
  /** Of the process that runs now: for SIGSTOP, SIGCONT and resource readings. */
  readonly pid: number;
  /** Milliseconds the last start took until connections were accepted. */
  readonly startMs: number;
  kill9(): Promise<void>;
  stop(): Promise<void>;
  /** Starts again on the same data and address, ending a running process first. */
  restart(): Promise<void>;
  /** Stops and removes the data, if the folder was made here. */
  destroy(): Promise<void>;
}

export interface BrokerOptions {
  /** Keeps data and log there instead of in a temporary folder. */
  readonly dir?: string;
  /** Of the broker and of its controller. */
  readonly ports?: readonly [port: number, controller: number];
}

interface Running {
  readonly child: ChildProcess;
  readonly startMs: number;
}

interface Layout {
  readonly dir: string;
  readonly port: number;
  readonly parts: KafkaParts;
}

// The first compiler stage and the serial collector start a test broker in a third of the usual time.
const JAVA_OPTIONS = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms64m", "-Xmx256m"];

/** A real Apache Kafka on 127.0.0.1 without TLS, one node, topics only by request. Throws when it cannot be had. */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const parts = await kafkaParts();
  if (!parts.ok) throw new Error(missingText(parts));
  const [port = 0, controller = 0] = options.ports ?? (await freePorts(2));
  const dir = options.dir ?? newTempDir("tripline-kafka-");
  const layout: Layout = { dir, port, parts };
  const removeData = (): void => {
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  };
  let running = await firstLaunch(layout, controller).catch((error: unknown) => {
    removeData();
    throw error;
  });
  const end = (signal: "SIGTERM" | "SIGKILL"): Promise<void> => endProcess(running.child, signal);
  return {
    brokers: [`127.0.0.1:${port}`],
    dir,
    get pid() {
      return running.child.pid ?? 0;
    },
    get startMs() {
      return running.startMs;
    },
    kill9: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    async restart() {
      await end("SIGTERM");
      running = await launch(layout);
    },
    async destroy() {
      await end(options.dir === undefined ? "SIGKILL" : "SIGTERM");
      removeData();
    },
  };
}

async function firstLaunch(layout: Layout, controller: number): Promise<Running> {
  await prepare(layout, controller);
  return launch(layout);
}

/** Writes the configuration and, on new data, the cluster's identity. */
async function prepare({ dir, port, parts }: Layout, controller: number): Promise<void> {
  const data = path.join(dir, "data");
  mkdirSync(data, { recursive: true });
  const template = readFileSync(path.join(import.meta.dirname, "server.properties"), "utf8");
  const values = { "@PORT@": `${port}`, "@CONTROLLER@": `${controller}`, "@DATA@": data };
  const text = Object.entries(values).reduce((result, [mark, value]) => result.replaceAll(mark, value), template);
  writeFileSync(configOf(dir), text);
  if (existsSync(path.join(data, "meta.properties"))) return;
  const id = randomBytes(16);
  // An id that begins with "-" would be read as an option: the first character comes from the first six bits.
  id[0] = (id[0] ?? 0) & 0x7f;
  const cluster = id.toString("base64url");
  const format = [
    "kafka.tools.StorageTool",
    "format",
    "--standalone",
    "--cluster-id",
    cluster,
    "--config",
    configOf(dir),
  ];
  const result = await runCommand(javaOf(parts), [...javaArguments(parts), ...format], dir);
  if (!result.ok) throw new Error(`Kafka could not format ${data}: ${lastLines(result.output, 10)}`);
}

async function launch({ dir, port, parts }: Layout): Promise<Running> {
  const started = performance.now();
  const logFile = path.join(dir, "broker.log");
  const args = [...javaArguments(parts), "kafka.Kafka", configOf(dir)];
  const child = spawnServer({ command: javaOf(parts), args, cwd: dir, logFile, env: { PATH: process.env["PATH"] } });
  await waitUntilReady({ child, logFile, name: "Kafka", isReady: () => acceptsConnections(port) });
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
