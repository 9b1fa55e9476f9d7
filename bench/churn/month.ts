import { createRecorder, type MonthRecord } from "./measure/record.ts";
import type { How } from "./watch.ts";
import { play } from "./play.ts";
import { makeWorld, type WorldOptions } from "./world/make-world.ts";

/** One month of one world; all that decides it. */
export interface MonthOptions extends WorldOptions {
  readonly how: How;
}

export async function measureMonth(options: MonthOptions): Promise<MonthRecord> {
  const world = makeWorld(options);
  const recorder = createRecorder(world, options.hosts);
  return recorder.record(await play(world, options.how, recorder.hear));
}
