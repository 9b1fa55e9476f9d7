import { muteEndProblem } from "../../domain/anomaly.ts";
import { parseDuration, parseMoment } from "../../lib/time.ts";

/** The end of a mute as UTC ms, or what is wrong with it. */
export function untilOf(text: string, now: number): number | string {
  const span = parseDuration(text);
  const at = span === null ? parseMoment(text) : now + span;
  if (at === null) return `--until takes a duration like 7d or a date like 2027-03-01, got "${text}"`;
  if (at <= now) return `--until ${text} is in the past`;
  return muteEndProblem(at, now) ?? at;
}
