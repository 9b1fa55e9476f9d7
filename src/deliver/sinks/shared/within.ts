/** What a promise brought, or that our own deadline or the agent's end came first. Never throws. */
export type Settled<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "error"; readonly error: unknown }
  | { readonly kind: "late" };

/**
 * Client libraries may never settle. The abandoned promise keeps a catch handler, so that its late rejection is not an
 * unhandled one.
 */
export async function within<T>(promise: Promise<T>, ms: number, signal?: AbortSignal): Promise<Settled<T>> {
  let give: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Settled<T>>((resolve) => {
    give = () => resolve({ kind: "late" });
    timer = setTimeout(give, ms);
    if (signal?.aborted) give();
    signal?.addEventListener("abort", give, { once: true });
  });
  const settled = promise.then(
    (value): Settled<T> => ({ kind: "value", value }),
    (error: unknown): Settled<T> => ({ kind: "error", error }),
  );
  const first = await Promise.race([settled, late]);
  clearTimeout(timer);
  if (give !== undefined) signal?.removeEventListener("abort", give);
  return first;
}
