export interface Deadline {
  /** Aborts with its owner or when the time is over. */
  readonly signal: AbortSignal;
  /** Resolves at that moment with what ended it; stays open after `release`. */
  readonly passed: Promise<"time" | "owner">;
  /** The work has ended: a deadline that fires later would hit whatever the sink does then. */
  release(): void;
}

/** A signal for one piece of work. `AbortSignal.timeout` cannot be taken back, so the timer is our own. */
export function deadlineFor(owner: AbortSignal, ms: number): Deadline {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<"time" | "owner">();
  const end = (by: "time" | "owner") => {
    resolve(by);
    controller.abort();
  };
  const byOwner = () => end("owner");
  const timer = setTimeout(() => end("time"), ms);
  if (owner.aborted) byOwner();
  else owner.addEventListener("abort", byOwner, { once: true });
  return {
    signal: controller.signal,
    passed: promise,
    release: () => {
      clearTimeout(timer);
      owner.removeEventListener("abort", byOwner);
    },
  };
}
