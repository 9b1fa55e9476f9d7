import type { SinkCheck } from "../../../domain/ports/sink.ts";
import { EVENT_FAMILIES } from "../../../domain/event.ts";
import { classifyKafkaError } from "./classify.ts";
import { makeAdmin } from "./client.ts";
import { topicOf } from "./message.ts";
import type { KafkaTarget } from "./security.ts";
import { type TopicState, topicStates } from "./topics.ts";
import { type Limit, within } from "./within.ts";

interface Target extends KafkaTarget {
  /** Of the output. */
  readonly name: string;
  readonly prefix: string;
}

/** Connection, then topics: an unknown topic is reported before the first event waits for it. Ends within the limit. */
export async function checkKafka(target: Target, limit: Limit): Promise<readonly SinkCheck[]> {
  try {
    const topics = await statesOf(target, limit);
    return [{ name: "connect", ok: true, detail: target.brokers.join(", "), fix: null }, topicCheck(topics)];
  } catch (error) {
    return [connectTrouble(target, error)];
  }
}

async function statesOf(target: Target, limit: Limit): Promise<ReadonlyMap<string, TopicState>> {
  const admin = makeAdmin(target);
  const look = async () => {
    await admin.role.connect();
    const wanted = EVENT_FAMILIES.map((family) => topicOf(target.prefix, { family }));
    return topicStates(admin.role, wanted);
  };
  try {
    return await within(look(), limit);
  } finally {
    admin.giveUp();
  }
}

function connectTrouble({ name, brokers }: Target, error: unknown): SinkCheck {
  const verdict = classifyKafkaError(error);
  const { slug, text } = verdict.kind === "too-large" ? { slug: "refused", text: "refused" } : verdict.reason;
  const keys = KEYS.get(slug);
  const fix =
    keys === undefined
      ? `check outputs.${name}.brokers, and that the broker listens there`
      : `check outputs.${name}.${keys}, and what the brokers' listener asks for`;
  return { name: "connect", ok: false, detail: `${brokers.join(", ")}: ${text}`, fix };
}

/** Where the cause of a refusal is configured. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ["tls", "tls"],
  ["credentials", "sasl"],
]);

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
