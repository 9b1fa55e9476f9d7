/** When scans teach: only inside of safe periods. Times are ISO 8601. */
export interface ShownSafe {
  readonly windows: readonly string[];
  /** End of the one that is under way; null: it is not one. */
  readonly until: string | null;
  readonly next: string | null;
}
