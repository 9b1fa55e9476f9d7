import type { SinkCheck } from "../../../domain/ports/sink.ts";
import { EVENT_FAMILIES } from "../../../domain/event.ts";
import { classifyKafkaError } from "./classify.ts";
import { type KafkaSettings, makeAdmin } from "./client.ts";
import { topicOf } from "./message.ts";
import { type TopicState, topicStates } from "./topics.ts";
import { type Limit, within } from "./within.ts";

interface Target extends Pick<KafkaSettings, "brokers"> {
  /** Of the output. */
  readonly name: string;
  readonly prefix: string;
}

/** Connection, then topics: an unknown topic is reported before the first event waits for it. Ends within the limit. */
export async function checkKafka(target: Target, limit: Limit): Promise<readonly SinkCheck[]> {
  const admin = makeAdmin(target.brokers);
  const at = target.brokers.join(", ");
  const look = async () => {
    await admin.role.connect();
    const wanted = EVENT_FAMILIES.map((family) => topicOf(target.prefix, { family }));
    return topicStates(admin.role, wanted);
  };
  try {
    const topics = await within(look(), limit);
    return [{ name: "connect", ok: true, detail: at, fix: null }, topicCheck(topics)];
  } catch (error) {
    const verdict = classifyKafkaError(error);
    const detail = verdict.kind === "too-large" ? "refused" : verdict.reason.text;
    const fix = `check outputs.${target.name}.brokers, and that the broker listens there`;
    return [{ name: "connect", ok: false, detail: `${at}: ${detail}`, fix }];
  } finally {
    admin.giveUp();
  }
}

const TROUBLE: readonly (readonly [TopicState, string, string])[] = [
  ["missing", "missing", "run tripline setup kafka"],
  ["no-rights", "no rights on", "give the output's user the rights Describe and Write on these topics"],
  ["no-leader", "no leader for partitions of", "start the brokers that keep these partitions"],
];

function topicCheck(topics: ReadonlyMap<string, TopicState>): SinkCheck {
  const troubles = TROUBLE.flatMap(([state, says, fix]) => {
    const found = [...topics].filter(([, of]) => of === state).map(([topic]) => topic);
    return found.length === 0 ? [] : [{ detail: `${says}: ${found.join(", ")}`, fix }];
  });
  if (troubles.length === 0) return { name: "topics", ok: true, detail: "all topics exist", fix: null };
  const detail = troubles.map((trouble) => trouble.detail).join("; ");
  return { name: "topics", ok: false, detail, fix: troubles.map((trouble) => trouble.fix).join("; ") };
}
