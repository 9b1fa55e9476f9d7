/**
 * The book of one send: where each message went and what the brokers answered for that place. kafkajs tells only the
 * first error of an answer and throws the rest away, so a send that failed for one partition would be unknown for all.
 */
export interface Ledger {
  /** The partitioner decided. */
  placed(message: object, topic: string, partition: number): void;
  /** A request went out. */
  asked(): void;
  /** It was answered for these places; for none when its connection ended. */
  answered(codes: readonly PartitionCode[]): void;
  /** Kafka's error code for the message, 0: stored. Null: no broker has said anything about it. */
  codeOf(message: object): number | null;
  /** Resolves as soon as no request waits for its answer. */
  complete(): Promise<void>;
}

export interface PartitionCode {
  readonly topic: string;
  readonly partition: number;
  readonly code: number;
}

export function newLedger(): Ledger {
  const places = new Map<object, string>();
  const codes = new Map<string, number>();
  const waiting: (() => void)[] = [];
  let open = 0;
  return {
    placed: (message, topic, partition) => void places.set(message, placeOf(topic, partition)),
    asked: () => void (open += 1),
    answered: (found) => {
      for (const { topic, partition, code } of found) codes.set(placeOf(topic, partition), code);
      open -= 1;
      if (open === 0) for (const resolve of waiting.splice(0)) resolve();
    },
    codeOf: (message) => codes.get(places.get(message) ?? "") ?? null,
    complete: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
  };
}

function placeOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
