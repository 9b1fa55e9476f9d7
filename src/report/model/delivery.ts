/** The outcome of the events of a one-shot command. */
export interface Delivery {
  /** Events that at least one output has not taken yet. */
  readonly waiting: number;
  readonly unreachable: boolean;
  /** Why, one sentence per output that did not take everything. */
  readonly reasons: readonly string[];
  /** What outputs refused for good, one entry per output and reason. */
  readonly refused: readonly RefusedEvents[];
  /** False: the store was a temporary one, and what was not delivered is gone with it. */
  readonly kept: boolean;
}

export interface RefusedEvents {
  readonly output: string;
  readonly events: number;
  readonly slug: string;
  readonly reason: string;
}
