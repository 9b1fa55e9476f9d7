import { readFileSync } from "node:fs";

/** One process as the kernel knows it. Process ids are reused; together with the start time one names a single process. */
export interface ProcessMark {
  /** Clock ticks since the machine started, as text. */
  readonly start: string;
  /** True for a process that was told to stop (SIGSTOP, a debugger) and does nothing until it is told to continue. */
  readonly stopped: boolean;
}

/** Null: no such process here, or a system without /proc. */
export function processMark(pid: number): ProcessMark | null {
  try {
    // proc(5): the name is in brackets and may hold anything; the state follows, the start is field 22.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    const [state, start] = [fields[0], fields[19]];
    return start === undefined ? null : { start, stopped: state === "T" || state === "t" };
  } catch {
    return null;
  }
}
