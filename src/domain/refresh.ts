/** How often an unchanged state is reported again; null: never. */
export interface RefreshRule {
  /** Of a host, with everything that is open on it, ms. */
  readonly hostsMs: number | null;
  /** Of a service with all its details, ms. */
  readonly servicesMs: number | null;
}

/** Daily, and well within the 90 days for which observations are kept. */
export const REFRESH: RefreshRule = { hostsMs: 24 * 3_600_000, servicesMs: 30 * 24 * 3_600_000 };
