import { accessSync, constants, statSync } from "node:fs";
import { StoreError } from "../store/store-error.ts";

/** Why an operation did not start or finish: what happened, its effect, the fix; and the exit code. */
export interface OperationFailure {
  readonly code: string;
  readonly exit: number;
  readonly what: string;
  readonly effect: string;
  readonly fix: string;
}

export function failureText(failure: OperationFailure): string {
  const { code, what, effect, fix } = failure;
  return `tripline: ${what} (${code})\n  effect  ${effect}\n  fix     ${fix}\n  more    tripline doctor --explain ${code}`;
}

/** A file that cannot be opened is a wrong call; one that can be opened but holds nonsense is a failed scan. */
export function unreadableFile(path: string): OperationFailure | null {
  try {
    accessSync(path, constants.R_OK);
    const found = statSync(path);
    if (found.isFile()) return null;
    if (found.isDirectory()) return wrongFile(path, "it is a directory", "Name the files in it, oldest first.");
    return wrongFile(path, "it is not a file");
  } catch (error) {
    return wrongFile(path, error instanceof Error && "code" in error ? String(error.code) : String(error));
  }
}

function wrongFile(path: string, why: string, fix = "Check the path and its permissions."): OperationFailure {
  return {
    code: "TL301",
    exit: 2,
    what: `${path} cannot be read (${why})`,
    effect: "Nothing was read or learned.",
    fix,
  };
}

/** A commit that the store refused: for lack of room, or because disk or file failed; null: the error is something else. */
export function storeFailure(error: unknown): OperationFailure | null {
  if (!(error instanceof StoreError)) return null;
  const { kind, message: what } = error;
  if (kind === "full") return { code: "TL414", exit: 78, what, effect: FULL_EFFECT, fix: FULL_FIX };
  if (kind !== "io" && kind !== "failed" && kind !== "damaged") return null;
  return { code: "TL415", exit: 1, what, effect: BROKEN_EFFECT, fix: BROKEN_FIX };
}

const FULL_EFFECT =
  "This step was not kept; everything committed before it stays, and the next scan sees the same changes.";
const FULL_FIX = "Raise store.max_size, free space on the volume, or repair the outputs that events are waiting for.";
const BROKEN_EFFECT = "This step was not kept; everything committed before it is checked at the next start.";
const BROKEN_FIX =
  "Check the disk, then start again: a damaged file is set aside and the events waiting in it are saved.";
