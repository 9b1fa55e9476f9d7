import { inject } from "vitest";
import { z } from "zod";
import { type Available, orFailWhereRequired } from "./availability.ts";
import type { ElasticsearchAccess, SearchAccess } from "./elasticsearch/access.ts";
import { elasticsearchParts } from "./elasticsearch/parts.ts";
import { startElasticsearch } from "./elasticsearch/server.ts";
import { basicAuthorization } from "./elasticsearch/users.ts";
import { startBroker } from "./kafka/broker.ts";
import { startCluster } from "./kafka/cluster.ts";
import { kafkaParts } from "./kafka/parts.ts";
import type { KafkaAccess } from "./server-desk.ts";

const absent = z.object({ ok: z.literal(false), reason: z.string(), howToGet: z.string() });
const kafkaShape = z.union([absent, z.object({ ok: z.literal(true), brokers: z.array(z.string()) })]);
const accessShape = z.object({
  ok: z.literal(true),
  url: z.string(),
  username: z.string(),
  password: z.string(),
  authorization: z.string(),
});
const openSearchShape = z.union([absent, accessShape.pick({ ok: true, url: true, authorization: true })]);
const elasticsearchShape = z.union([absent, accessShape]);

/** The run's shared broker, or the one TRIPLINE_TEST_KAFKA names (`host:port,host:port`). Use fresh topics. */
export async function kafkaForTests(): Promise<Available<KafkaAccess>> {
  const given = process.env["TRIPLINE_TEST_KAFKA"];
  if (given !== undefined && given !== "") return { ok: true, brokers: given.split(",") };
  return orFailWhereRequired<KafkaAccess>(kafkaShape.parse(await fromDesk("/kafka")));
}

/**
 * The run's shared Elasticsearch, or the one TRIPLINE_TEST_ELASTICSEARCH names (`http://user:password@host:port`).
 * Use fresh namespaces.
 */
export async function elasticsearchForTests(): Promise<Available<ElasticsearchAccess>> {
  const given = process.env["TRIPLINE_TEST_ELASTICSEARCH"];
  if (given !== undefined && given !== "") return { ok: true, ...accessFrom(new URL(given)) };
  return orFailWhereRequired<ElasticsearchAccess>(elasticsearchShape.parse(await fromDesk("/elasticsearch")));
}

/** The run's shared OpenSearch. Use fresh namespaces. */
export async function openSearchForTests(): Promise<Available<SearchAccess>> {
  return orFailWhereRequired<SearchAccess>(openSearchShape.parse(await fromDesk("/opensearch")));
}

/** A way to start brokers that the test owns and may kill. It ends them itself. */
export async function privateKafkaForTests(): Promise<Available<{ start: typeof startBroker }>> {
  const parts = orFailWhereRequired(await kafkaParts());
  return parts.ok ? { ok: true, start: startBroker } : parts;
}

/** The same for a cluster of several brokers. */
export async function privateKafkaClusterForTests(): Promise<Available<{ start: typeof startCluster }>> {
  const parts = orFailWhereRequired(await kafkaParts());
  return parts.ok ? { ok: true, start: startCluster } : parts;
}

/** A way to start Elasticsearch servers that the test owns and may kill. It ends them itself. */
export async function privateElasticsearchForTests(): Promise<Available<{ start: typeof startElasticsearch }>> {
  const parts = orFailWhereRequired(await elasticsearchParts());
  return parts.ok ? { ok: true, start: startElasticsearch } : parts;
}

async function fromDesk(path: string): Promise<unknown> {
  const answer = await fetch(`${inject("serverDesk")}${path}`);
  return answer.json();
}

function accessFrom(given: URL): ElasticsearchAccess {
  const username = decodeURIComponent(given.username);
  const password = decodeURIComponent(given.password);
  return { url: given.origin, username, password, authorization: basicAuthorization({ username, password }) };
}
