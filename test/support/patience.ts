import { availableParallelism, loadavg } from "node:os";

/**
 * When a test that waits gives up, ms. It ends what hangs and says nothing about speed: on a busy machine everything
 * takes many times as long, and every wait is for a state.
 */
export const PATIENCE_MS = 600_000;

/** A deadline that is itself the subject of a test, ms: longer by what this machine has to do beside it. */
export function scaled(ms: number): number {
  return Math.ceil(ms * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()));
}

/** What the work gives, and the processor time this process needs for it: unlike the clock it leaves out others. */
export async function measured<T>(work: () => T): Promise<{ readonly result: Awaited<T>; readonly cpuMs: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, cpuMs: (user + system) / 1000 };
}
