import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type Available, missing } from "./availability.ts";
import type { ElasticsearchAccess, SearchAccess } from "./elasticsearch/access.ts";
import { elasticsearchParts } from "./elasticsearch/parts.ts";
import { startElasticsearch } from "./elasticsearch/server.ts";
import { startBroker } from "./kafka/broker.ts";
import { kafkaParts } from "./kafka/parts.ts";
import { openSearchParts } from "./opensearch/parts.ts";
import { startOpenSearch } from "./opensearch/server.ts";
import { portOf } from "./ports.ts";

export interface KafkaAccess {
  readonly brokers: readonly string[];
}

export interface ServerDesk {
  readonly url: string;
  /** Ends every server that was started on demand. */
  close(): Promise<void>;
}

type Ending = () => Promise<void>;
type Start = (endings: Ending[]) => Promise<Available<KafkaAccess | ElasticsearchAccess | SearchAccess>>;

const STARTS: ReadonlyMap<string | undefined, Start> = new Map([
  ["/kafka", startKafka],
  ["/elasticsearch", startSearch],
  ["/opensearch", startOther],
]);

/**
 * Test files run in processes of their own but share one server of each kind:
 * they ask here, in the process that outlives them all, and the first to ask causes the start.
 */
export async function openServerDesk(): Promise<ServerDesk> {
  const endings: Ending[] = [];
  const started = new Map<string, ReturnType<Start>>();
  const desk = createServer((request, response) => {
    const path = request.url ?? "";
    const answer = started.get(path) ?? begin(STARTS.get(path), endings);
    started.set(path, answer);
    void reply(response, answer);
  });
  desk.listen(0, "127.0.0.1");
  await once(desk, "listening");
  return {
    url: `http://127.0.0.1:${portOf(desk)}`,
    async close() {
      desk.close();
      desk.closeAllConnections();
      // A start that is under way has nothing to end yet.
      await Promise.all(started.values());
      await Promise.all(endings.map((end) => end()));
    },
  };
}

async function begin(start: Start | undefined, endings: Ending[]): ReturnType<Start> {
  if (start === undefined) return missing("no such server", "ask for /kafka, /elasticsearch or /opensearch");
  try {
    return await start(endings);
  } catch (error) {
    return missing(error instanceof Error ? error.message : String(error), "see the message above");
  }
}

async function startKafka(endings: Ending[]): ReturnType<Start> {
  const parts = await kafkaParts();
  if (!parts.ok) return parts;
  const broker = await startBroker();
  endings.push(() => broker.destroy());
  return { ok: true, brokers: broker.brokers };
}

async function startSearch(endings: Ending[]): ReturnType<Start> {
  const parts = await elasticsearchParts();
  if (!parts.ok) return parts;
  const server = await startElasticsearch();
  endings.push(() => server.destroy());
  const { url, username, password, authorization } = server;
  return { ok: true, url, username, password, authorization };
}

async function startOther(endings: Ending[]): ReturnType<Start> {
  const parts = await openSearchParts();
  if (!parts.ok) return parts;
  const { url, authorization, destroy } = await startOpenSearch();
  endings.push(() => destroy());
  return { ok: true, url, authorization };
}

// Whoever asks gives up after five silent minutes, and a busy machine may need longer for a start.
const ALIVE_MS = 60_000;

/** JSON, with a blank before it for each minute that the start takes. */
async function reply(response: ServerResponse, answer: ReturnType<Start>): Promise<void> {
  response.setHeader("content-type", "application/json");
  const alive = setInterval(() => response.write(" "), ALIVE_MS);
  const found = await answer;
  clearInterval(alive);
  response.end(JSON.stringify(found));
}
