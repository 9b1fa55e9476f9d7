/** What a number with a unit may be: outside of them it cannot work, or is a mistake. All texts as in the file. */
export interface Limits {
  readonly least: string;
  readonly most: string;
  /** Why not less, and why not more: the end of a sentence. */
  readonly below: string;
  readonly above: string;
  /** A good value. */
  readonly example: string;
}

/** Of a schedule. A cycle takes seconds, and what happens less than once a year is not watched. */
export const EVERY: Limits = {
  least: "1s",
  most: "366d",
  below: "scans would follow each other without a pause",
  above: "the segment would hardly ever be scanned",
  example: "30m",
};

export const AT_LEAST: Limits = {
  least: "0s",
  most: "366d",
  below: "",
  above: "the baseline would never be mature, and nothing would alert",
  example: "3d",
};

/** In less than a week nobody may have looked: the finder of a backdoor may be on holiday. */
export const FORGET_AFTER: Limits = {
  least: "7d",
  most: "3660d",
  below: "a change would be normal before anybody has looked at it",
  above: "nothing would ever be forgotten",
  example: "30d",
};

export const MAX_AGE: Limits = {
  least: "1s",
  most: "3660d",
  below: "every file would be stale",
  above: "no file would ever be stale; leave it out to get that",
  example: "30d",
};

export const KEEP_RAW: Limits = {
  least: "1m",
  most: "3660d",
  below: "a scan would be forgotten as soon as it is over",
  above: "no archive is useful for that long; store.max_raw limits it anyway",
  example: "30d",
};

/** An empty database has about 200 KiB; SQLite reserves pages by the limit, and disks end somewhere. */
export const MAX_SIZE: Limits = {
  least: "256KiB",
  most: "1024GiB",
  below: "not even an empty store fits",
  above: "it no longer limits anything: a full disk would stop the agent first",
  example: "1GiB",
};

/** One archived scan of a small segment has some 10 KiB, of a large one some MiB. */
export const MAX_RAW: Limits = {
  least: "1MiB",
  most: "102400GiB",
  below: "the archive would not hold a single scan",
  above: "it no longer limits anything: a full disk would stop the agent first",
  example: "2GiB",
};

/** More often than scans come, it would be every scan. */
export const REFRESH_HOSTS: Limits = {
  least: "1h",
  most: "90d",
  below: "most scans would tell everything again",
  above: 'observations are kept for 90 days, and hosts would be missing among them; "off" never reports them again',
  example: "24h",
};

export const REFRESH_SERVICES: Limits = { ...REFRESH_HOSTS, example: "30d" };
