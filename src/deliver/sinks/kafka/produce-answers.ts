import type { Ledger, PartitionCode } from "./ledger.ts";
import type { Ear } from "./sockets.ts";

/** https://kafka.apache.org/protocol.html#The_Messages_Produce */
const PRODUCE = 0;
/** kafkajs speaks no later one; from 8 on the answer has more fields. */
const LAST_VERSION = 7;
/** Size, api key, api version, correlation id. */
const HEADER_BYTES = 12;

interface Asked {
  readonly ledger: Ledger;
  readonly version: number;
}

/** Hears on one connection what is produced and what the broker answers, and enters it in the ledger of that send. */
export function produceAnswers(current: () => Ledger | null): Ear {
  const asked = new Map<number, Asked>();
  return {
    wrote: (request) => {
      const ledger = current();
      if (ledger === null || request.length < HEADER_BYTES || request.readInt16BE(4) !== PRODUCE) return;
      ledger.asked();
      asked.set(request.readInt32BE(8), { ledger, version: request.readInt16BE(6) });
    },
    heard: (answer) => {
      const correlation = answer.readInt32BE(0);
      const request = asked.get(correlation);
      asked.delete(correlation);
      request?.ledger.answered(partitionCodes(answer, request.version));
    },
    ended: () => {
      for (const { ledger } of asked.values()) ledger.answered([]);
      asked.clear();
    },
  };
}

/** The error codes of an answer, from its correlation id on. What cannot be read says nothing about any partition. */
export function partitionCodes(answer: Buffer, version: number): readonly PartitionCode[] {
  if (version > LAST_VERSION) return [];
  try {
    return readCodes(answer, version);
  } catch (error) {
    // A count or a length points outside of the answer: kafkajs will stumble over the same bytes and fail the send.
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function readCodes(answer: Buffer, version: number): readonly PartitionCode[] {
  // Behind the code: the offset; from 2 on the time of appending; from 5 on the first offset of the log.
  const behind = 8 + (version >= 2 ? 8 : 0) + (version >= 5 ? 8 : 0);
  const codes: PartitionCode[] = [];
  let at = 8;
  for (let topics = answer.readInt32BE(4); topics > 0; topics -= 1) {
    // Unsigned: a negative length would lead backwards, forever.
    const nameEnd = at + 2 + answer.readUInt16BE(at);
    const topic = answer.toString("utf8", at + 2, nameEnd);
    at = nameEnd + 4;
    for (let partitions = answer.readInt32BE(nameEnd); partitions > 0; partitions -= 1) {
      codes.push({ topic, partition: answer.readInt32BE(at), code: answer.readInt16BE(at + 4) });
      at += 6 + behind;
    }
  }
  return codes;
}
