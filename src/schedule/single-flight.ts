/** One nmap at a time per vantage: scans from one machine disturb each other. */
export interface SingleFlight {
  /** Runs the work, or returns false at once when something is already running: the tick is skipped and counted. */
  start(work: () => Promise<void>): boolean;
  readonly busy: () => boolean;
  readonly skipped: () => number;
  /** Resolves when nothing runs any more. */
  settled(): Promise<void>;
}

export function singleFlight(): SingleFlight {
  let running: Promise<void> | null = null;
  let skipped = 0;
  return {
    start: (work) => {
      if (running !== null) {
        skipped += 1;
        return false;
      }
      running = work().finally(() => {
        running = null;
      });
      return true;
    },
    busy: () => running !== null,
    skipped: () => skipped,
    settled: async () => {
      while (running !== null) await running.catch(() => undefined);
    },
  };
}
