import type { PortSets } from "./baseline.ts";
import type { IdentityEvidence } from "./evidence.ts";
import type { HostField } from "./fields/host.ts";
import type { PortField } from "./fields/port.ts";
import type { FieldFamily } from "./fields/row.ts";
import type { PortKey, PortRef } from "./network.ts";
import type { HourClass } from "./rhythm.ts";

/** Looks and days beyond these say nothing more: a file that people review must not change because time passes. */
export const MOST_SCANS = 100;
export const MOST_DAYS = 30;

/** What is normal in a segment, without history and without deviations: what people keep, review and bring back. */
export interface KnownGood {
  readonly segment: string;
  /** Null: it was made of some hosts only, which says nothing about the segment. */
  readonly learned: KnownSegment | null;
  /** How fields were measured, by family. Presence is left out: it names the place of the sensor. */
  readonly measured: ReadonlyMap<FieldFamily, string>;
  /** By address; each address once. */
  readonly hosts: readonly KnownHost[];
}

interface Learned {
  /** At most {@link MOST_SCANS}. */
  readonly scans: number;
  /** Whole days of watching, at most {@link MOST_DAYS}. */
  readonly days: number;
}

interface KnownSegment extends Learned {
  /** That were asked; null: unknown. */
  readonly networks: readonly string[] | null;
}

export interface KnownHost extends Learned {
  readonly address: string;
  /** `host.id`; null: the file names none. */
  readonly id: string | null;
  /** What it is recognised by, besides its address. */
  readonly evidence: readonly IdentityEvidence[];
  /** Ports that were measured: only there another open port is news. */
  readonly looked: PortSets;
  /** In tenths, how often it answered in the hours of each class. */
  readonly answers: Readonly<Partial<Record<HourClass, number>>>;
  readonly fields: KnownFields<HostField>;
  readonly ports: ReadonlyMap<PortKey, KnownPort>;
}

export interface KnownPort extends PortRef {
  /** In how many scans it was open, at most {@link MOST_SCANS}. */
  readonly scans: number;
  readonly flaps: boolean;
  readonly fields: KnownFields<PortField>;
}

/** Everything that is normal for a field, sorted. */
export type KnownFields<F> = ReadonlyMap<F, readonly string[]>;

/** One thing that two of them say otherwise of one host; null: one of them says nothing. */
export interface KnownDifference {
  readonly address: string;
  /** `host`, or a port as people write it. */
  readonly subject: string;
  /** Null: whether it is there at all. */
  readonly field: string | null;
  readonly file: string | null;
  readonly here: string | null;
}
