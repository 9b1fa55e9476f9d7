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
 * Turns the order of the replicas round, of half of the partitions at a time; the controller then gives the leadership
 * to the first of them, within a second. The topics need two replicas.
 */
export async function keepMovingLeaders(brokers: readonly string[], topics: readonly string[]): Promise<LeaderMoves> {
  const admin = kafkaClient(brokers).admin();
  await admin.connect();
  const state = { count: 0, stopping: false };
  const moving = moveThenLeave(admin, topics, state);
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

/** Gives the leadership of a partition to its other replica, and waits until the cluster says so. */
export async function moveLeader(brokers: readonly string[], topic: string, partition: number): Promise<void> {
  const admin = kafkaClient(brokers).admin();
  await admin.connect();
  try {
    const find = async () => (await partitionsOf(admin, topic)).find(({ partitionId }) => partitionId === partition);
    const before = await find();
    if (before === undefined) throw new Error(`${topic} has no partition ${partition}`);
    const other = before.replicas.filter((id) => id !== before.leader);
    const replicas = [...other, before.leader];
    await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment: [{ partition, replicas }] }] });
    while ((await find())?.leader !== replicas[0]) await pause(20);
  } finally {
    await admin.disconnect();
  }
}

interface State {
  count: number;
  stopping: boolean;
}

async function moveThenLeave(admin: Admin, topics: readonly string[], state: State): Promise<void> {
  try {
    await move(admin, topics, state);
  } finally {
    await admin.disconnect();
  }
}

async function move(admin: Admin, topics: readonly string[], state: State): Promise<void> {
  const leaders = new Map<string, number>();
  for (let round = 0; !state.stopping; round += 1) {
    for (const topic of topics) {
      const partitions = await partitionsOf(admin, topic);
      state.count += partitions.filter((partition) => hasMoved(leaders, topic, partition)).length;
      const isSettled = partitions.every(({ leader, replicas, isr }) => leader === replicas[0] && isr.length > 1);
      // All at once would leave no broker that still takes its part of a batch.
      const half = partitions.filter(({ partitionId }) => (partitionId + round) % 2 === 0);
      if (isSettled && half.length > 0) await turnRound(admin, topic, half);
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
