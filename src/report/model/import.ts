import type { KnownDifference } from "../../domain/known-good.ts";

/** What an import would do, or did. */
export interface ImportView {
  readonly done: boolean;
  readonly file: string;
  readonly segment: string;
  readonly hosts: number;
  readonly added: number;
  readonly outside: number;
  /** Addresses at which another machine is known. */
  readonly others: readonly string[];
  /** `file`: what becomes normal; `here`: what is normal no longer. */
  readonly differences: readonly KnownDifference[];
  readonly more: number;
  readonly kept: number;
  readonly closes: readonly {
    readonly id: string;
    readonly kind: string;
    readonly where: string;
    readonly message: string;
  }[];
}
