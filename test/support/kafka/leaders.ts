import { setTimeout as pause } from "node:timers/promises";
import type { Admin, PartitionMetadata } from "kafkajs";
import { kafkaClient } from "./topics.ts";

export interface LeaderMoves {
  /** Changes of a partition's leader that the cluster's metadata has shown so far. */
  readonly count: number;
  /** Rejects when the cluster refused to move any. */
  stop(): Promise<void>;
}

/**
 * Turns the order of every partition's replicas round again and again; the controller then gives the leadership to the
 * first of them, within a second. The topics need two replicas.
 */
export async function keepMovingLeaders(brokers: readonly string[], topics: readonly string[]): Promise<LeaderMoves> {
  const admin = kafkaClient(brokers).admin();
  await admin.connect();
  const state = { count: 0, stopping: false };
  const moving = move(admin, topics, state).finally(() => admin.disconnect());
  // Whoever calls stop hears of it.
  moving.catch(() => undefined);
  return {
    get count() {
      return state.count;
    },
    stop: () => {
      state.stopping = true;
      return moving;
    },
  };
}

interface State {
  count: number;
  stopping: boolean;
}

async function move(admin: Admin, topics: readonly string[], state: State): Promise<void> {
  const leaders = new Map<string, number>();
  while (!state.stopping) {
    for (const topic of topics) {
      const partitions = await partitionsOf(admin, topic);
      state.count += partitions.filter((partition) => hasMoved(leaders, topic, partition)).length;
      const settled = partitions.filter(({ leader, replicas, isr }) => leader === replicas[0] && isr.length > 1);
      if (settled.length > 0) await turnRound(admin, topic, settled);
    }
    await pause(20);
  }
}

/** None while one of them has no leader. */
async function partitionsOf(admin: Admin, topic: string): Promise<readonly PartitionMetadata[]> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions ?? [];
  } catch {
    return [];
  }
}

function hasMoved(leaders: Map<string, number>, topic: string, { partitionId, leader }: PartitionMetadata): boolean {
  if (leader < 0) return false;
  const place = `${topic}/${partitionId}`;
  const before = leaders.get(place);
  leaders.set(place, leader);
  return before !== undefined && before !== leader;
}

async function turnRound(admin: Admin, topic: string, partitions: readonly PartitionMetadata[]): Promise<void> {
  const partitionAssignment = partitions.map(({ partitionId, replicas }) => ({
    partition: partitionId,
    replicas: replicas.toReversed(),
  }));
  await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
}
