import type { KnownDifference } from "../../domain/known-good.ts";

/** What a file says that is not so here, and the reverse. */
export interface BaselineDiffView {
  readonly kind: "baseline-diff";
  readonly file: string;
  readonly fileSegment: string;
  readonly segment: string;
  /** Of the file, inside the scope. */
  readonly hosts: number;
  /** Hosts of the file that are not scanned here, and not compared. */
  readonly outside: number;
  readonly differences: readonly KnownDifference[];
}
