import kafkajs, { type Producer, type TopicMessages } from "kafkajs";
import { type Settled, within } from "../shared/within.ts";
import { type KafkaConnection, kafkaClient, RETRY, timeoutsOf } from "./client.ts";

export interface ReplaceableProducer {
  /** Connects when needed. `late`: our own deadline passed; the producer is replaced by itself then. */
  send(messages: TopicMessages[], signal: AbortSignal): Promise<Settled<unknown>>;
  /** The next send uses a new producer with a cluster of its own. */
  replace(): void;
  close(deadlineMs: number): Promise<void>;
}

/** kafkajs does not notice a dead broker by itself, so whoever sees a fault throws the producer away. */
export function replaceableProducer(
  connection: KafkaConnection,
  compression: "none" | "gzip",
): ReplaceableProducer {
  const timeouts = timeoutsOf(connection);
  let current: Producer | null = null;
  const replace = (deadlineMs: number) => {
    const old = current;
    current = null;
    return old === null ? Promise.resolve() : disconnected(old, deadlineMs);
  };
  const connect = async (signal: AbortSignal): Promise<Settled<Producer>> => {
    if (current !== null) return { kind: "value", value: current };
    const made = newProducer(connection);
    const result = await within(made.connect(), timeouts.connect, signal);
    if (result.kind !== "value") {
      void disconnected(made, timeouts.disconnect);
      return result;
    }
    current = made;
    return { kind: "value", value: made };
  };
  return {
    send: async (messages, signal) => {
      const connected = await connect(signal);
      if (connected.kind !== "value") return connected;
      const batch = { acks: -1, compression: compressionType(compression), topicMessages: messages };
      const result = await within(connected.value.sendBatch(batch), timeouts.send, signal);
      if (result.kind === "late") void replace(timeouts.disconnect);
      return result;
    },
    replace: () => void replace(timeouts.disconnect),
    close: (deadlineMs) => replace(Math.min(deadlineMs, timeouts.disconnect)),
  };
}

/** The partitioner is the one of the Java client: two producers agree where a key lives. */
function newProducer(connection: KafkaConnection): Producer {
  return kafkaClient(connection).producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: RETRY,
  });
}

function compressionType(name: "none" | "gzip"): kafkajs.CompressionTypes {
  return name === "gzip" ? kafkajs.CompressionTypes.GZIP : kafkajs.CompressionTypes.None;
}

/** What an abandoned producer still does is nobody's business. */
async function disconnected(producer: Producer, deadlineMs: number): Promise<void> {
  await within(producer.disconnect(), deadlineMs);
}
