import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { MonthRecord } from "./measure/record.ts";
import type { MonthOptions } from "./month.ts";

const WORKER = join(import.meta.dirname, "worker.ts");

/** Months in `jobs` processes at once; the records in the order of the months. */
export async function measureAll(months: readonly MonthOptions[], jobs: number): Promise<readonly MonthRecord[]> {
  const waiting = months.map((month, i) => ({ month, i }));
  const records: MonthRecord[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      records[next.i] = await inProcess(next.month);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return records;
}

async function inProcess(month: MonthOptions): Promise<MonthRecord> {
  const argv = ["--disable-warning=ExperimentalWarning", WORKER, JSON.stringify(month)];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close") as Promise<[number | null]>;
  const [out, [code]] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`seed ${month.seed} of ${month.variant} ended with ${code}`);
  return JSON.parse(out) as MonthRecord;
}
