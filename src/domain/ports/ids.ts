export interface Ids {
  /** A new time-ordered id, for example of a cycle. */
  next(now: number): string;
}
