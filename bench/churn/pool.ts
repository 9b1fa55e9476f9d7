import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { err, ok, type Result } from "../../src/lib/result.ts";
import type { MonthRecord } from "./measure/record.ts";
import type { MonthOptions } from "./month.ts";
import type { RivalRecord } from "./rivals/rival.ts";
import type { Task } from "./worker.ts";

const WORKER = join(import.meta.dirname, "worker.ts");

/** Runs tasks in processes of their own, a fixed number at once, in the order in which they were given. */
export interface Pool {
  /** An error names the month that could not be measured; the others go on. */
  readonly month: (month: MonthOptions) => Promise<Result<MonthRecord, string>>;
  readonly rivals: (month: MonthOptions) => Promise<Result<readonly RivalRecord[], string>>;
}

export function createPool(jobs: number): Pool {
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;
  const next = (): void => {
    if (running >= jobs) return;
    const start = waiting.shift();
    if (start === undefined) return;
    running += 1;
    void start().finally(() => {
      running -= 1;
      next();
    });
  };
  const run = <T>(task: Task): Promise<Result<T, string>> => {
    const { promise, resolve } = Promise.withResolvers<Result<T, string>>();
    waiting.push(async () => resolve(await inProcess<T>(task)));
    next();
    return promise;
  };
  return {
    month: (month) => run<MonthRecord>({ what: "month", month }),
    rivals: (month) => run<readonly RivalRecord[]>({ what: "rivals", month }),
  };
}

/** All or nothing, for whoever cannot use a part; in the order of the months. */
export async function measureAll(months: readonly MonthOptions[], jobs: number): Promise<readonly MonthRecord[]> {
  const pool = createPool(jobs);
  const results = await Promise.all(months.map((month) => pool.month(month)));
  return results.map((result) => {
    if (!result.ok) throw new Error(result.error);
    return result.value;
  });
}

async function inProcess<T>(task: Task): Promise<Result<T, string>> {
  const argv = ["--disable-warning=ExperimentalWarning", WORKER, JSON.stringify(task)];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close") as Promise<[code: number | null, signal: string | null]>;
  const [out, [code, signal]] = await Promise.all([text(child.stdout), ended]);
  const { seed, variant } = task.month;
  if (code !== 0) return err(`seed ${seed} of ${variant} (${task.what}) ended with ${code ?? signal}`);
  return ok(JSON.parse(out) as T);
}
