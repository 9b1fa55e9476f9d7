import type { SinkCheck } from "../../../domain/ports/sink.ts";
import { EVENT_FAMILIES } from "../../../domain/event.ts";
import { classifyKafkaError } from "./classify.ts";
import { type KafkaSettings, makeAdmin } from "./client.ts";
import { topicOf } from "./message.ts";
import { type Limit, within } from "./within.ts";

type Target = Pick<KafkaSettings, "brokers"> & { readonly prefix: string };

/** Connection, then topics: an unknown topic is told before the first event waits for it. Ends within the limit. */
export async function checkKafka(target: Target, limit: Limit): Promise<readonly SinkCheck[]> {
  const admin = makeAdmin(target.brokers);
  const at = target.brokers.join(", ");
  const look = async () => {
    await admin.role.connect();
    return admin.role.listTopics();
  };
  try {
    const topics = await within(look(), limit);
    return [{ name: "connect", ok: true, detail: at, fix: null }, topicCheck(target.prefix, new Set(topics))];
  } catch (error) {
    const verdict = classifyKafkaError(error);
    const detail = verdict.kind === "too-large" ? "refused" : verdict.reason.text;
    const fix = "check outputs.kafka.brokers, and that the broker listens there";
    return [{ name: "connect", ok: false, detail: `${at}: ${detail}`, fix }];
  } finally {
    admin.giveUp();
  }
}

function topicCheck(prefix: string, topics: ReadonlySet<string>): SinkCheck {
  const wanted = EVENT_FAMILIES.map((family) => topicOf(prefix, { family }));
  const missing = wanted.filter((topic) => !topics.has(topic));
  if (missing.length === 0) return { name: "topics", ok: true, detail: "all topics exist", fix: null };
  return { name: "topics", ok: false, detail: `missing: ${missing.join(", ")}`, fix: "run tripline setup kafka" };
}
