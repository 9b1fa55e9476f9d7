/** Full jitter over the whole span, so that many agents do not return together after an outage. */
const BASE_MS = 1_000;
const CEILING_MS = 5 * 60_000;
/** A server may ask for more patience, but not forever. */
const LONGEST_RETRY_AFTER_MS = 15 * 60_000;

/**
 * How long to wait before the next try. `attempt` from 1; `random` in [0, 1); `retryAfterMs` is what the sink asked
 * for: a lower bound.
 */
export function backoffMs(attempt: number, random: number, retryAfterMs = 0): number {
  const span = Math.min(CEILING_MS, BASE_MS * 2 ** Math.min(attempt, 20));
  return Math.max(Math.floor(random * span), Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
}

/** After a start or an outage the first batch is one row, then the window doubles: no thundering herd. */
export function nextWindow(window: number, maxRows: number): number {
  return Math.min(maxRows, window * 2);
}
