import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePrivateDirectory, systemReason } from "../../lib/files.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";

/** A new directory for this command alone, in the machine's place for temporary ones; the caller removes it. */
export function temporaryDirectory(prefix: string): Result<string, OperationFailure> {
  return made(`a directory in ${tmpdir()}`, () => mkdtempSync(join(tmpdir(), prefix)));
}

/** A directory that the user named, with its parents. */
export function namedDirectory(path: string): Result<string, OperationFailure> {
  return made(`the directory ${path}`, () => {
    ensurePrivateDirectory(path);
    return path;
  });
}

function made(what: string, make: () => string): Result<string, OperationFailure> {
  try {
    return ok(make());
  } catch (error) {
    return err({
      code: "TL417",
      exit: 77,
      what: `${what} cannot be created: ${systemReason(error)}`,
      effect: "Nothing was started.",
      fix: "Name a writable directory: in TMPDIR for a temporary one, or with --state or --keep to keep the result.",
    });
  }
}
