import type { Admin } from "kafkajs";
import { EVENT_FAMILIES, type EventFamily } from "../../../domain/event.ts";
import { err, ok, type Result } from "../../../lib/result.ts";
import { classifyKafkaError, codeOf } from "./classify.ts";
import { makeAdmin } from "./client.ts";
import { topicOf } from "./message.ts";
import type { KafkaTarget } from "./security.ts";
import { LEADER_NOT_AVAILABLE, type TopicState, topicStates, untilLed } from "./topics.ts";

export interface TopicPlan {
  readonly topic: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
  /** As found; of one that was missing and is made now, `no-leader` if nobody has taken it over yet. */
  readonly state: TopicState;
}

/** Partitions and retention as the event contract advises; observations are compacted: the topic is the posture. */
const SHAPE: Readonly<
  Record<EventFamily, { readonly partitions: number; readonly config: Readonly<Record<string, string>> }>
> = {
  anomaly: { partitions: 3, config: { "cleanup.policy": "delete", "retention.ms": String(30 * 86_400_000) } },
  scan: { partitions: 1, config: { "cleanup.policy": "delete", "retention.ms": String(7 * 86_400_000) } },
  observation: { partitions: 6, config: { "cleanup.policy": "compact", "min.compaction.lag.ms": String(86_400_000) } },
  audit: { partitions: 1, config: { "cleanup.policy": "delete", "retention.ms": String(30 * 86_400_000) } },
};

/** The topics as the event contract wants them, without asking a broker. */
export function plannedTopics(prefix: string): readonly Omit<TopicPlan, "state">[] {
  return EVENT_FAMILIES.map((family) => ({ topic: topicOf(prefix, { family }), ...SHAPE[family] }));
}

interface TopicsOptions extends KafkaTarget {
  readonly prefix: string;
  readonly dryRun: boolean;
}

/** Creates what is missing and leaves what exists as it is; with `dryRun` only looks. The error is a sentence. */
export async function setupKafka(options: TopicsOptions): Promise<Result<readonly TopicPlan[], string>> {
  try {
    return ok(await asAdmin(options, (admin) => planAndCreate(admin, options)));
  } catch (error) {
    return err(textOf(error));
  }
}

async function asAdmin<T>(target: KafkaTarget, work: (admin: Admin) => Promise<T>): Promise<T> {
  const { role: admin, giveUp } = makeAdmin(target);
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    giveUp();
  }
}

async function planAndCreate(admin: Admin, { prefix, dryRun }: TopicsOptions): Promise<readonly TopicPlan[]> {
  const planned = plannedTopics(prefix);
  const states = await topicStates(
    admin,
    planned.map(({ topic }) => topic),
  );
  const plan = planned.map((topic): TopicPlan => ({ ...topic, state: states.get(topic.topic) ?? "missing" }));
  if (dryRun || plan.every(({ state }) => state !== "missing")) return plan;
  const { brokers } = await admin.describeCluster();
  return create(admin, plan, Math.min(3, brokers.length));
}

/** kafkajs asks for all topics of the cluster before it makes one, and fails when any of them has no leader. */
function textOf(error: unknown): string {
  if (codeOf(error) === LEADER_NOT_AVAILABLE)
    return "a topic of the cluster has partitions without a leader, so no topic can be created; start the brokers that are down";
  const verdict = classifyKafkaError(error);
  return verdict.kind === "too-large" ? "the broker refused the request" : verdict.reason.text;
}

/** A new topic has no leader at first; longer than this it is reported instead. */
const LEADERS_MS = 10_000;

async function create(admin: Admin, plan: readonly TopicPlan[], replicas: number): Promise<readonly TopicPlan[]> {
  const missing = plan.filter((topic) => topic.state === "missing");
  const safe = { name: "min.insync.replicas", value: String(Math.min(2, replicas)) };
  await admin.createTopics({
    // It asks a broker that may not have heard of the topic yet, and takes that for a failure.
    waitForLeaders: false,
    topics: missing.map(({ topic, partitions, config }) => ({
      topic,
      numPartitions: partitions,
      replicationFactor: replicas,
      configEntries: [safe, ...Object.entries(config).map(([name, value]) => ({ name, value }))],
    })),
  });
  const end = AbortSignal.timeout(LEADERS_MS);
  return Promise.all(
    plan.map(async (topic): Promise<TopicPlan> => {
      if (topic.state !== "missing") return topic;
      const state = await untilLed(admin, topic.topic, end);
      return { ...topic, state: state === "exists" ? "missing" : state };
    }),
  );
}
