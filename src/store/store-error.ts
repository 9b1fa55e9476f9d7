/**
 * Why a store call failed. `full`: nothing was changed, space must be freed. `io` and `failed`: this handle cannot be used
 * any more; a restart with its checks recovers it. `damaged`: a row or the file cannot be trusted. `conflict`: a bug of the
 * caller. `read-only`: opened without the lock. `dead-letters-full`: the sink must stop.
 */
export type StoreErrorKind = "full" | "io" | "failed" | "damaged" | "conflict" | "read-only" | "dead-letters-full";

/** The one exception of this room; expected refusals at start are values instead, see refusal.ts. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.kind = kind;
  }
}

/** True when the commit was refused for lack of space: it is already rolled back, and scanning should pause. */
export function isStoreFull(error: unknown): boolean {
  return error instanceof StoreError && error.kind === "full";
}

export function damagedRow(table: string, key: string, cause: unknown): StoreError {
  const why = cause instanceof Error ? cause.message.split("\n").slice(0, 3).join(" ") : String(cause);
  return new StoreError("damaged", `row ${key} of table ${table} cannot be read: ${why}`, { cause });
}

// Primary result codes of SQLite (sqlite.org/rescode.html); extended codes carry them in the low byte.
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** The primary result code of an error of node:sqlite, or null for any other error. */
export function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return null;
  return error.errcode & 0xff;
}

export function isCorruption(error: unknown): boolean {
  const code = resultCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** An error of node:sqlite as one of ours; everything else is returned as it is. */
export function translated(error: unknown): unknown {
  const code = resultCode(error);
  const said = error instanceof Error ? error.message : String(error);
  if (code === FULL)
    return new StoreError("full", `the store has no space left (${said}); nothing was changed`, { cause: error });
  if (code === IO_ERROR) {
    return new StoreError("io", `the disk failed under the store (${said}); restart to check it`, { cause: error });
  }
  if (isCorruption(error)) {
    return new StoreError("damaged", `the store's file is damaged (${said}); restart to set it aside`, {
      cause: error,
    });
  }
  return error;
}
