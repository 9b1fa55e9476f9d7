import { noBytes, type PendingBytes } from "./split-buffer.ts";

/** A part of the document, one character per byte. */
export type Piece =
  /** Everything between hosts: header, progress, hints, trailer. */
  | { readonly kind: "outside"; readonly text: string }
  /** One whole `<host>…</host>`. */
  | { readonly kind: "host"; readonly text: string }
  /** A host element over the cap: its beginning, and how many open ports it listed. */
  | ({ readonly kind: "huge-host" } & HugeHost)
  /** `</nmaprun>`. */
  | { readonly kind: "root-end" }
  /** What follows the root, cut anywhere. */
  | { readonly kind: "tail"; readonly text: string }
  /** The input ended before the root did: what was left, which may be a host that was never closed. */
  | { readonly kind: "rest"; readonly text: string; readonly insideHost: boolean }
  /** More than the cap without a host: no nmap writes that. */
  | { readonly kind: "overflow" };

export interface HugeHost {
  readonly head: string;
  readonly openPorts: number;
}

export interface SplitState extends PendingBytes {
  readonly maxPieceBytes: number;
  place: "outside" | "host" | "output" | "tail" | "overflow";
  huge: HugeHost | null;
}

export function startOfDocument(maxPieceBytes: number): SplitState {
  return { ...noBytes(), maxPieceBytes, place: "outside", huge: null };
}
