import type { SinkCheck } from "../../../domain/ports/sink.ts";
import { within } from "../shared/within.ts";
import { classifyKafkaError } from "./classify.ts";
import { type KafkaConnection, kafkaClient, timeoutsOf } from "./client.ts";
import { topicsOf } from "./message.ts";

/** Connection and login, then topics: a missing one is told before the first event waits for it. */
export async function checkKafka(
  connection: KafkaConnection,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly SinkCheck[]> {
  const timeouts = timeoutsOf(connection);
  const admin = kafkaClient(connection).admin();
  const at = connection.brokers.join(", ");
  const fix = "check outputs.kafka.brokers, the credentials, and that the broker listens there";
  try {
    const names = await within(listTopics(admin), timeouts.connect, signal);
    if (names.kind === "value") return [ok("connect", at), topicCheck(prefix, names.value)];
    const why = names.kind === "late" ? "no answer in time" : reasonText(names.error);
    return [{ name: "connect", ok: false, detail: `${at}: ${why}`, fix }];
  } finally {
    void within(admin.disconnect(), timeouts.disconnect);
  }
}

async function listTopics(admin: ReturnType<ReturnType<typeof kafkaClient>["admin"]>): Promise<readonly string[]> {
  await admin.connect();
  return admin.listTopics();
}

/** The sentence of an error for people. */
export function reasonText(error: unknown): string {
  const verdict = classifyKafkaError(error);
  return verdict.kind === "too-large" ? "the broker refused the request" : verdict.reason.text;
}

function topicCheck(prefix: string, existing: readonly string[]): SinkCheck {
  const missing = topicsOf(prefix).filter((topic) => !existing.includes(topic));
  if (missing.length === 0) return ok("topics", topicsOf(prefix).join(", "));
  return { name: "topics", ok: false, detail: `missing: ${missing.join(", ")}`, fix: "run tripline setup kafka" };
}

function ok(name: string, detail: string): SinkCheck {
  return { name, ok: true, detail, fix: null };
}
