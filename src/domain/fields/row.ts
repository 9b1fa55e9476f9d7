import type { EvidenceKind } from "../evidence.ts";
import type { Facts } from "../facts.ts";
import type { HostObservation, PortObservation } from "../observation.ts";
import type { Equality } from "./equality.ts";

/** Families of fields that are measured alike; when the comparability key of a family changes, it is relearned. */
export type FieldFamily = "presence" | "service" | "os" | `script:${string}`;

/** Whether a field may have several normal values at once. */
export interface ValueSet {
  /** True: all that it alternated between while it was learned are normal. */
  readonly several: boolean;
  /** True: an accepted value ends the others. A key that was replaced must not stay normal. */
  readonly retires: boolean;
  /** True when the newer value says that the older one is over, as a newer version of the same software does. */
  readonly outgrows?: (older: string, newer: string) => boolean;
}

/** One compared field. `Seen` is what it is read from: one port, or one host. */
export interface FieldRow<Seen> {
  /** What it is measured by; null where it does not depend on how nmap was called. */
  readonly family: FieldFamily | null;
  /** The canonical value of one observation. Null: not observed, which is never the same as removed. */
  readonly read: (seen: Seen) => string | null;
  /** When two values are the same, and what both together say. */
  readonly equality: Equality;
  /** What may be normal beside the value seen last. */
  readonly set: ValueSet;
  /** The kind of evidence of identity that its values are. */
  readonly evidence: EvidenceKind | null;
  /** A value as leaves of an event; none for what events do not contain. */
  readonly facts: (value: string) => Facts;
  /** A value in a sentence, short. */
  readonly text: (value: string) => string;
}

/** Where events show a port field: the service as observed, what an anomaly found, and what was normal before. */
export type PortDisplay = "service" | "found" | "normal";

export interface PortFieldRow extends FieldRow<PortObservation> {
  /** True for what says which software it is; the others say which instance, and are kept one by one. */
  readonly software: boolean;
  /** Adopted with an ordinary renewal of the certificate. */
  readonly renews: boolean;
  /** Another value is probed again in the same cycle, before it is reported. */
  readonly reprobed: boolean;
  readonly shown: readonly PortDisplay[];
}

export interface HostFieldRow extends FieldRow<HostObservation> {
  /** Reported in the event of an observed host, and part of its digest. */
  readonly observed: boolean;
}
