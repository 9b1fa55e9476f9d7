import type { Admin } from "kafkajs";
import { sleep } from "../../../lib/time.ts";
import { codeOf } from "./classify.ts";

/** `no-leader`: it exists, and what goes to some of its partitions would wait. */
export type TopicState = "exists" | "missing" | "no-leader" | "no-rights";

const UNKNOWN_TOPIC = 3;
export const LEADER_NOT_AVAILABLE = 5;
const NOT_AUTHORIZED = 29;

const STATES: ReadonlyMap<number | null, TopicState> = new Map([
  [UNKNOWN_TOPIC, "missing"],
  [LEADER_NOT_AVAILABLE, "no-leader"],
  [NOT_AUTHORIZED, "no-rights"],
]);

/**
 * Asks for this topic alone: a question for several, or for all there are, fails as a whole when a single partition
 * anywhere has no leader. Throws what is not about the topic.
 */
async function topicState(admin: Admin, topic: string): Promise<TopicState> {
  try {
    await admin.fetchTopicMetadata({ topics: [topic] });
    return "exists";
  } catch (error) {
    const state = STATES.get(codeOf(error));
    if (state === undefined) throw error;
    return state;
  }
}

export async function topicStates(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, TopicState>> {
  return new Map(await Promise.all(topics.map(async (topic) => [topic, await topicState(admin, topic)] as const)));
}

const LOOK_EVERY_MS = 100;

/** A broker may hear of a new topic, and of its leaders, some time after it was made. */
export async function untilLed(admin: Admin, topic: string, signal: AbortSignal): Promise<TopicState> {
  for (;;) {
    const state = await topicState(admin, topic);
    if (state === "exists" || state === "no-rights" || signal.aborted) return state;
    await sleep(LOOK_EVERY_MS, signal);
  }
}
