import { type AlertRecord, createRecorder, type MonthRecord } from "./measure/record.ts";
import type { How } from "./watch.ts";
import { play } from "./play.ts";
import { random } from "./world/random.ts";
import { makeWorld, type WorldOptions } from "./world/make-world.ts";

/** One month of one world; all that decides it. */
export interface MonthOptions extends WorldOptions {
  readonly how: How;
}

export async function measureMonth(options: MonthOptions): Promise<MonthRecord> {
  const world = makeWorld(options);
  const recorder = createRecorder(world, options.hosts);
  const played = await play(world, options.how, (heard) => acceptedOf(recorder.hear(heard), options.seed));
  return recorder.record(played);
}

/** The operator takes one alert in twenty for what it is not. */
const MISTAKES = 0.05;

/** What the operator takes for normal: what belongs to no label, and the other way round by mistake. */
function acceptedOf(alerts: readonly AlertRecord[], seed: number): readonly string[] {
  const normal = ({ id, n, labels }: AlertRecord) =>
    (labels.length === 0) !== random(seed, "operator", id, n).chance(MISTAKES);
  return alerts.filter(normal).map(({ id }) => id);
}
