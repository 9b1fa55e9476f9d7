import { accessSync, constants, statSync } from "node:fs";

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
    if (statSync(path).isFile()) return null;
    return wrongFile(path, "it is no file");
  } catch (error) {
    return wrongFile(path, error instanceof Error && "code" in error ? String(error.code) : String(error));
  }
}

function wrongFile(path: string, why: string): OperationFailure {
  return {
    code: "TL301",
    exit: 2,
    what: `${path} cannot be read (${why})`,
    effect: "Nothing was read or learned.",
    fix: "Check the path and its permissions.",
  };
}
