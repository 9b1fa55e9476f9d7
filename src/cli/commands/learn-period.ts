import { STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { parseMoment } from "../../lib/time.ts";
import { periodText } from "../../report/text/period.ts";
import type { GlobalOptions } from "../io.ts";
import { act, type CommandHost, usage } from "./command.ts";

export interface PeriodOptions extends GlobalOptions {
  readonly from?: string;
  readonly to?: string;
  readonly yes?: boolean;
  readonly reason?: string;
  readonly by?: string;
}

/** `tripline baseline learn --from T --to T`: a recorded period was safe. */
export function learnPeriod({ io, runtime }: CommandHost, options: PeriodOptions): Promise<number> {
  const period = periodOf(options);
  if (typeof period === "string") return Promise.resolve(usage(io, period));
  const { yes = false, reason, by } = options;
  if (yes && (by === undefined || reason === undefined))
    return Promise.resolve(usage(io, "baseline learn needs --reason and --by: why, and who decided"));
  return act({ io, runtime }, STATE_OPERATIONS.learnPeriod, {
    globals: options,
    input: { ...period, yes, ...(by && { by }), ...(reason && { reason }) },
    done: (found) => ({ data: found, text: () => periodText(found) }),
  });
}

function periodOf({ from, to }: PeriodOptions): { readonly from: number; readonly to: number } | string {
  if (from === undefined || to === undefined) return "baseline learn needs both --from and --to, or neither";
  const [begin, end] = [parseMoment(from), parseMoment(to)];
  if (begin === null) return `--from takes a time like ${EXAMPLE}, got "${from}"`;
  if (end === null) return `--to takes a time like ${EXAMPLE}, got "${to}"`;
  return begin < end ? { from: begin, to: end } : `--from ${from} is not before --to ${to}`;
}

const EXAMPLE = "2027-03-01T02:00Z";
