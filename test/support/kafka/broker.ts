import { rmSync } from "node:fs";
import { freePorts } from "../ports.ts";
import { newTempDir } from "../temp-dir.ts";
import { type KafkaNode, newClusterId, startNode } from "./node.ts";
import { neededKafkaParts } from "./parts.ts";
import { LISTENERS, newSecured, type Secured } from "./secured.ts";

export interface Broker extends KafkaNode {
  /** Bootstrap addresses, the same after every restart. */
  readonly brokers: readonly string[];
  readonly dir: string;
  /** Its further listeners; only where they were wished for. */
  readonly secured?: Secured;
  /** Stops and removes the data, if the folder was made here. */
  destroy(): Promise<void>;
}

export interface BrokerOptions {
  /** Keeps data and log there instead of in a temporary folder. */
  readonly dir?: string;
  /** Listens with TLS and logins as well; see {@link Broker.secured}. */
  readonly secured?: boolean;
  /** Of the broker and of its controller. */
  readonly ports?: readonly [port: number, controller: number];
}

/** A real Apache Kafka on 127.0.0.1, one node, topics only by request. Throws when it cannot be had. */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const parts = await neededKafkaParts();
  const [port = 0, controllerPort = 0] = options.ports ?? (await freePorts(2));
  const dir = options.dir ?? newTempDir("tripline-kafka-");
  const removeData = (): void => {
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  };
  const wish = options.secured === true ? { secured: newSecured(await freePorts(LISTENERS.length)) } : {};
  const settings = { parts, dir, clusterId: newClusterId(), id: 1, port, controllerPort, controls: true, ...wish };
  const node = await startNode(settings).catch((error: unknown) => {
    removeData();
    throw error;
  });
  return Object.assign(node, {
    brokers: [`127.0.0.1:${port}`],
    dir,
    ...wish,
    async destroy() {
      await (options.dir === undefined ? node.kill9() : node.stop());
      removeData();
    },
  });
}
