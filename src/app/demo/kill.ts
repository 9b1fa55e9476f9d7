import type { Scanner } from "../../domain/ports/scanner.ts";

// One would do on a machine whose clocks run evenly; on one that stalls for seconds it is tried again.
const MOST_RUNS = 5;

/**
 * A scanner whose `ports` runs are killed in the middle: by SIGKILL, as soon as nmap has written that its first task
 * begins. At the polite pace its own rate cap keeps nmap at that task for a second. A run that ended by itself
 * nevertheless is run again and its facts are dropped; only when that happens every time the last one is returned.
 */
export function killedInTheMiddle(nmap: Scanner): Scanner {
  return {
    async run(plan, options) {
      if (plan.phase !== "ports") return nmap.run(plan, options);
      for (let runs = 1; ; runs++) {
        const run = await nmap.run(
          { ...plan, pace: "polite" },
          { ...options, onTask: (_, one) => one.kill("SIGKILL") },
        );
        if (run.signal !== null || runs === MOST_RUNS || options.signal.aborted) return run;
      }
    },
  };
}
