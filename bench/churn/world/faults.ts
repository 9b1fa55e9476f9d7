import type { ScanFault } from "../types.ts";
import { type Calendar, hourOf, isWeekend, dayOf } from "./calendar.ts";
import { random } from "./random.ts";

/** Per month: each of these, for a scan (or for as long as a scan takes at four a day). */
const PER_MONTH: readonly ScanFault[] = ["half-lost", "half-lost", "overload", "overload", "cut-xml"];
const FIRST_DAY = 4;
const MONTH = 30;
const USUAL_PER_DAY = 4;

/** Which scans are broken. At least one is in the time that is judged. */
export function faults(
  seed: number,
  time: Calendar,
  { evening }: { readonly evening: boolean },
): ReadonlyMap<number, ScanFault> {
  const chance = random(seed, "faults");
  const found = new Map<number, ScanFault>();
  const length = Math.max(1, Math.round(time.perDay / USUAL_PER_DAY / 2));
  const put = (from: number, fault: ScanFault) => {
    for (let n = from; n < from + length && n < time.scans - 1; n++) found.set(n, fault);
  };
  const first = Math.min(FIRST_DAY * time.perDay, time.judgedFrom);
  const count = Math.max(1, Math.round((PER_MONTH.length * time.days) / MONTH));
  for (const fault of chance.sample(PER_MONTH, count)) put(chance.below(time.scans - first) + first, fault);
  put(time.judgedFrom + chance.below(time.scans - time.judgedFrom), chance.pick(PER_MONTH));
  if (evening) put(eveningScan(time), "half-lost");
  return found;
}

/** The evening of a working day in the middle of the judged time. */
function eveningScan(time: Calendar): number {
  const middle = Math.floor((time.judgedFrom + time.scans) / 2);
  for (let n = middle; n < time.scans; n++) {
    if (!isWeekend(dayOf(time, n)) && hourOf(time, n) >= 20) return n;
  }
  return middle;
}
