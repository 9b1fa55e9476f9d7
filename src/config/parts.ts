import type { ReaderKeys } from "./declared-entries.ts";
import type { OutputKind } from "./output-kind.ts";

/** What other rooms add to the format: their options live with them, and this room imports none of them. */
export interface ConfigParts {
  /** Every kind of output there is, in the order of the reference page. */
  readonly outputs: readonly OutputKind[];
  /** Every reader of declarations there is, in the same order. */
  readonly readers: readonly ReaderKeys[];
}
