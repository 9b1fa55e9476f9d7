import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { freePorts } from "../ports.ts";
import { newTempDir } from "../temp-dir.ts";
import { type KafkaNode, newClusterId, startNode } from "./node.ts";
import { neededKafkaParts } from "./parts.ts";

export interface Cluster {
  /** Bootstrap addresses in the order of the node ids, the same after every restart. */
  readonly brokers: readonly string[];
  /** The brokers by node id, from 1. */
  readonly nodes: ReadonlyMap<number, KafkaNode>;
  /** Ends every process and removes the data. */
  destroy(): Promise<void>;
}

const CONTROLLER_ID = 100;

/** A real Apache Kafka of one controller and so many brokers, each a process of its own. Throws when it cannot be had. */
export async function startCluster({ brokers = 2 }: { readonly brokers?: number } = {}): Promise<Cluster> {
  const parts = await neededKafkaParts();
  const [controllerPort = 0, ...ports] = await freePorts(1 + brokers);
  const dir = newTempDir("tripline-kafka-cluster-");
  const shared = { parts, clusterId: newClusterId(), controllerPort };
  const started: KafkaNode[] = [];
  const start = async (id: number, port: number | null): Promise<[number, KafkaNode]> => {
    const own = path.join(dir, String(id));
    mkdirSync(own);
    const node = await startNode({ ...shared, dir: own, id, port, controls: port === null });
    started.push(node);
    return [id, node];
  };
  const destroy = async (): Promise<void> => {
    await Promise.all(started.map((node) => node.kill9()));
    rmSync(dir, { recursive: true, force: true });
  };
  const starts = [start(CONTROLLER_ID, null), ...ports.map((port, i) => start(i + 1, port))];
  // Every start has ended before anything is judged, so that none is left behind when another one failed.
  await Promise.allSettled(starts);
  try {
    const [, ...nodes] = await Promise.all(starts);
    return { brokers: ports.map((port) => `127.0.0.1:${port}`), nodes: new Map(nodes), destroy };
  } catch (error) {
    await destroy();
    throw error;
  }
}
