import { parentPort, workerData } from "node:worker_threads";
import type { ReaderInput } from "../../../src/declared/model/reader.ts";
import { inventory } from "../../../src/declared/readers/inventory/read.ts";

/** Reads what it is given in a thread of its own and sends the answer back. */
const input = workerData as ReaderInput;
parentPort?.postMessage(await inventory.read(input, new AbortController().signal));
