import { rmSync } from "node:fs";
import { freePorts } from "../ports.ts";
import { newTempDir } from "../temp-dir.ts";
import { type KafkaNode, newClusterId, startNode } from "./node.ts";
import { neededKafkaParts } from "./parts.ts";

export interface Broker extends KafkaNode {
  /** Bootstrap addresses, the same after every restart. */
  readonly brokers: readonly string[];
  readonly dir: string;
  /** Stops and removes the data, if the folder was made here. */
  destroy(): Promise<void>;
}

export interface BrokerOptions {
  /** Keeps data and log there instead of in a temporary folder. */
  readonly dir?: string;
  /** Of the broker and of its controller. */
  readonly ports?: readonly [port: number, controller: number];
}

/** A real Apache Kafka on 127.0.0.1 without TLS, one node, topics only by request. Throws when it cannot be had. */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const parts = await neededKafkaParts();
  const [port = 0, controllerPort = 0] = options.ports ?? (await freePorts(2));
  const dir = options.dir ?? newTempDir("tripline-kafka-");
  const removeData = (): void => {
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  };
  const settings = { parts, dir, clusterId: newClusterId(), id: 1, port, controllerPort, controls: true };
  const node = await startNode(settings).catch((error: unknown) => {
    removeData();
    throw error;
  });
  return Object.assign(node, {
    brokers: [`127.0.0.1:${port}`],
    dir,
    async destroy() {
      await (options.dir === undefined ? node.kill9() : node.stop());
      removeData();
    },
  });
}
