/** What was counted of one thing: days on which it happened, and days on which it could have, both faded with age. */
export interface Tally {
  readonly hits: number;
  readonly trials: number;
}

export const NOTHING: Tally = { hits: 0, trials: 0 };

/** How much an expectation weighs against what was counted. */
export interface PriorWeight {
  /** Trials that it counts like, but not more than it takes to expect `most` hits. */
  readonly trials: number;
  readonly most: number;
  /** Hits that must have been expected before their absence lowers it. */
  readonly least: number;
}

/**
 * The rate per trial after counting: the mean of a Beta-Bernoulli posterior around the expected rate. The absence of
 * something rare says little, and groups inside each other would say it again and again; so an absence lowers the rate
 * only as far as hits were to be expected (Gamma-Poisson with that shape), while every hit counts in full. What others do
 * every day is no strong opinion about a group that never does it.
 */
export function posterior(expected: number, weight: PriorWeight, { hits, trials }: Tally): number {
  const counted = Math.min(hits, trials);
  const worth = Math.min(weight.trials, weight.most / expected);
  const byTrials = (expected * worth + counted) / (worth + trials);
  const byAbsence = (expected * weight.least) / (weight.least + expected * trials);
  return Math.min(1, Math.max(byTrials, byAbsence));
}

/** Surprisal of something with this probability on one day of one host. */
export function bitsOf(probability: number): number {
  return probability >= 1 ? 0 : -Math.log2(probability);
}
