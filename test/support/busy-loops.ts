import { spawn } from "node:child_process";
import { once } from "node:events";

/** Ends by itself when its parent is gone, however that ended. */
const LOOP = "const us = process.ppid; while (process.ppid === us) for (let i = 0; i < 1e7; i += 1);";

export interface BusyLoops {
  stop(): Promise<void>;
}

/** Processes that do nothing but use a processor each, until they are stopped: what a busy machine is like. */
export function startBusyLoops(count: number): BusyLoops {
  const loops = Array.from({ length: count }, () => spawn(process.execPath, ["-e", LOOP], { stdio: "ignore" }));
  return {
    stop: async () => {
      const ends = loops.map((loop) => once(loop, "exit"));
      for (const loop of loops) loop.kill("SIGKILL");
      await Promise.all(ends);
    },
  };
}
