export interface Limit {
  /** For the error's sentence: "connect took longer than 15 s". */
  readonly what: string;
  readonly ms: number;
  readonly signal?: AbortSignal;
}

/** Our own deadline around a client that may never settle; rejects when the time is over or the signal aborts. */
export async function within<T>(work: Promise<T>, { what, ms, signal }: Limit): Promise<T> {
  const { promise: given, reject } = Promise.withResolvers<never>();
  const late = () => reject(new Error(`${what} took longer than ${ms / 1000} s`));
  const aborted = () => reject(new Error(`${what} was given up`));
  const timer = setTimeout(late, ms);
  if (signal?.aborted) aborted();
  signal?.addEventListener("abort", aborted, { once: true });
  // The loser of the race may still reject later; nobody listens to it any more.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, given]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", aborted);
  }
}
