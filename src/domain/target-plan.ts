/** An operator's text that is not a target, or stands for nothing now, and why. */
export interface TargetRefusal {
  readonly text: string;
  readonly reason: string;
}

/** The configured targets as addresses, for one cycle. */
export interface TargetPlan {
  /** Canonical, sorted by number, without duplicates and without excluded addresses. */
  readonly addresses: readonly string[];
  /** As addresses, before exclusion: what the configuration allows in this cycle. */
  readonly scope: ReadonlySet<string>;
  /** What each configured name was resolved to, for this cycle. */
  readonly pinned: ReadonlyMap<string, readonly string[]>;
  /** Names that stand for nothing in this cycle: their hosts are not measured, hence not absent. */
  readonly unmeasured: readonly TargetRefusal[];
  /** Addresses of names that are not asked although the name is: of a family that is not listed or not spoken here. */
  readonly leftOut: readonly TargetRefusal[];
  /** Canonical CIDRs, handed to nmap a second time as `--exclude`. */
  readonly excluded: readonly string[];
}
