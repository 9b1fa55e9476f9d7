import { median as medianOf, quantileSorted } from "simple-statistics";

/** The median, or null for no values. */
export function median(values: readonly number[]): number | null {
  return values.length === 0 ? null : medianOf([...values]);
}

/** The p-quantile (0–1), or null for no values. */
export function quantile(values: readonly number[], p: number): number | null {
  return values.length === 0
    ? null
    : quantileSorted(
        values.toSorted((a, b) => a - b),
        p,
      );
}
