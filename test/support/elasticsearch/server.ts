import type { ChildProcess } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { missingText } from "../availability.ts";
import { isRoot, UNPRIVILEGED_UID } from "../cache.ts";
import { freePort } from "../ports.ts";
import { endProcess, isAlive, spawnServer, waitUntilGone, waitUntilReady } from "../server-process.ts";
import { newTempDir } from "../temp-dir.ts";
import type { ElasticsearchAccess } from "./access.ts";
import { type ElasticsearchParts, elasticsearchParts } from "./parts.ts";
import { prepareRunDir } from "./run-dir.ts";
import { basicAuthorization, type Credentials } from "./users.ts";

export interface ElasticsearchServer extends ElasticsearchAccess {
  readonly dir: string;
  /** Of the server itself, not of its launcher: for SIGSTOP, SIGCONT and resource readings. */
  readonly serverPid: number;
  /** Milliseconds the last start took until the node was ready for searches. */
  readonly startMs: number;
  kill9(): Promise<void>;
  stop(): Promise<void>;
  /** Starts again on the same data and address, ending a running server first. */
  start(): Promise<void>;
  /** Ends the server and removes its data. */
  destroy(): Promise<void>;
}

export interface ElasticsearchOptions {
  /** Lines of elasticsearch.yml, such as `http.max_content_length: 1mb` or `indexing_pressure.memory.coordinating.limit: 200kb`. */
  readonly extraSettings?: readonly string[];
  /** Default 512m. */
  readonly heap?: string;
}

interface Running {
  readonly launcher: ChildProcess;
  readonly pid: number;
  readonly startMs: number;
}

interface Layout {
  readonly dir: string;
  readonly heap: string;
  readonly parts: ElasticsearchParts;
  readonly access: ElasticsearchAccess;
}

const SUPERUSER: Credentials = { username: "tripline-test", password: "only-on-loopback" };

/** A real Elasticsearch on 127.0.0.1 with users and API keys, without TLS. Throws when it cannot be had. */
export async function startElasticsearch(options: ElasticsearchOptions = {}): Promise<ElasticsearchServer> {
  const parts = await elasticsearchParts();
  if (!parts.ok) throw new Error(missingText(parts));
  const port = await freePort();
  const dir = newTempDir("tripline-elasticsearch-");
  prepareRunDir(dir, parts.home, { port, credentials: SUPERUSER, extraSettings: options.extraSettings ?? [] });
  const access = { url: `http://127.0.0.1:${port}`, ...SUPERUSER, authorization: basicAuthorization(SUPERUSER) };
  const layout: Layout = { dir, heap: options.heap ?? "512m", parts, access };
  const removeData = (): void => rmSync(dir, { recursive: true, force: true });
  let running = await launch(layout).catch((error: unknown) => {
    removeData();
    throw error;
  });
  return {
    ...access,
    dir,
    get serverPid() {
      return running.pid;
    },
    get startMs() {
      return running.startMs;
    },
    kill9: () => kill(running),
    stop: () => stop(running),
    async start() {
      await stop(running);
      running = await launch(layout);
    },
    async destroy() {
      await kill(running);
      removeData();
    },
  };
}

async function launch({ dir, heap, parts, access }: Layout): Promise<Running> {
  const started = performance.now();
  const pidFile = path.join(dir, "server.pid");
  const logFile = path.join(dir, "logs/console.log");
  rmSync(pidFile, { force: true });
  const launcher = spawnServer({
    command: path.join(parts.home, "bin/elasticsearch"),
    args: ["-p", pidFile],
    cwd: dir,
    logFile,
    env: environment(dir, heap, parts),
    ...(isRoot() ? { uid: UNPRIVILEGED_UID } : {}),
  });
  await waitUntilReady({ child: launcher, logFile, name: "Elasticsearch", isReady: () => isHealthy(access) });
  const pid = Number(readFileSync(pidFile, "utf8"));
  return { launcher, pid, startMs: Math.round(performance.now() - started) };
}

function environment(dir: string, heap: string, { javaHome }: ElasticsearchParts): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    LANG: "C.UTF-8",
    HOME: dir,
    ES_JAVA_HOME: javaHome,
    ES_PATH_CONF: path.join(dir, "config"),
    ES_TMPDIR: path.join(dir, "tmp"),
    ES_JAVA_OPTS: `-Xms${heap} -Xmx${heap}`,
  };
}

async function isHealthy({ url, authorization }: ElasticsearchAccess): Promise<boolean> {
  try {
    const headers = { authorization };
    const answer = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=30s`, { headers });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** The server itself is killed; its launcher sees that and ends. */
async function kill({ launcher, pid }: Running): Promise<void> {
  if (isAlive(pid)) process.kill(pid, "SIGKILL");
  await waitUntilGone(pid);
  await endProcess(launcher, "SIGTERM");
}

async function stop({ launcher, pid }: Running): Promise<void> {
  await endProcess(launcher, "SIGTERM");
  await waitUntilGone(pid);
}
