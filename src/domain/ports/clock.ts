export interface Clock {
  /** UTC milliseconds of the wall clock: stored, decides nothing except retention and time stamps. */
  now(): number;
  /** Milliseconds that only grow: deadlines and back-off. */
  monotonic(): number;
}
