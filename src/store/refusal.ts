import { systemReason } from "../lib/files.ts";

/** Why a store could not be opened. None of the remedies ever deletes data. */
export interface StoreRefusal {
  readonly code: `TL4${string}`;
  /** 69 needed program too old, 77 no permission, 78 state that must not be used. */
  readonly exit: 69 | 77 | 78;
  readonly what: string;
  readonly effect: string;
  readonly fix: string;
}

const NOTHING_DONE = "nothing was read or changed";

export function wrongOwner(directory: string, owner: number, user: number): StoreRefusal {
  return {
    code: "TL401",
    exit: 77,
    what: `state directory ${directory} belongs to user ${owner}, this process runs as user ${user}`,
    effect: NOTHING_DONE,
    fix: `run as user ${owner}, or chown -R ${user} ${directory}`,
  };
}

export function tooOpen(directory: string, mode: number): StoreRefusal {
  return {
    code: "TL402",
    exit: 77,
    what: `state directory ${directory} has mode ${mode.toString(8).padStart(4, "0")}: others could read or change what is known of your network`,
    effect: NOTHING_DONE,
    fix: `chmod 700 ${directory}`,
  };
}

/** `file`: the one file of it that is in the way; null: the directory as a whole. */
export function notUsable(directory: string, error: unknown, file: string | null = null): StoreRefusal {
  const another = "choose a writable directory of your own with --state DIR";
  return {
    code: "TL403",
    exit: 77,
    what: `state directory ${directory} cannot be used: ${systemReason(error)}`,
    effect: NOTHING_DONE,
    fix: file === null ? another : `make ${file} a file that this user may read and write, or ${another}`,
  };
}

export function networkFileSystem(directory: string, name: string): StoreRefusal {
  return {
    code: "TL404",
    exit: 78,
    what: `state directory ${directory} is on a network file system (${name}), whose locks and flushes SQLite cannot trust`,
    effect: NOTHING_DONE,
    fix: "choose a directory on a local disk with --state DIR",
  };
}

export function locked(
  directory: string,
  holder: { readonly pid: number | null; readonly since: string | null },
): StoreRefusal {
  const who = holder.pid === null ? "another process" : `pid ${holder.pid}`;
  const since = holder.since === null ? "" : ` since ${holder.since}`;
  return {
    code: "TL405",
    exit: 78,
    what: `state directory ${directory} is locked by ${who}${since}`,
    effect: "nothing was changed; commands that only read still work",
    fix: "stop that agent first, or use another directory with --state DIR",
  };
}

export function sqliteTooOld(version: string, needed: string): StoreRefusal {
  return {
    code: "TL406",
    exit: 69,
    what: `this Node.js has SQLite ${version}; versions before ${needed} can corrupt a write-ahead log`,
    effect: NOTHING_DONE,
    fix: "use Node.js 24.15 or later",
  };
}

export function madeByNewer(path: string, found: number, ours: number): StoreRefusal {
  return {
    code: "TL407",
    exit: 78,
    what: `${path} has schema ${found}, made by a newer version; this version knows up to ${ours}`,
    effect: NOTHING_DONE,
    fix: "upgrade tripline, or restore the backup that the newer version made before it migrated (backup-v*.db beside it)",
  };
}

export function madeByDevelopment(path: string): StoreRefusal {
  return {
    code: "TL416",
    exit: 78,
    what: `${path} was made by a development version, before the first release`,
    effect: NOTHING_DONE,
    fix: "choose a new directory with --state DIR and start learning again; the development version can still read the old one",
  };
}

export function foreignFile(path: string): StoreRefusal {
  return {
    code: "TL408",
    exit: 78,
    what: `${path} is an SQLite database of another program`,
    effect: NOTHING_DONE,
    fix: "choose another directory with --state DIR",
  };
}

export function noStoreYet(path: string): StoreRefusal {
  return {
    code: "TL409",
    exit: 78,
    what: `there is no store at ${path}`,
    effect: "there is nothing to show",
    fix: "run tripline scan first, or name its state directory with --state DIR",
  };
}

export function notMigratedYet(path: string, found: number, ours: number): StoreRefusal {
  return {
    code: "TL410",
    exit: 78,
    what: `${path} has schema ${found}, this version reads ${ours}`,
    effect: NOTHING_DONE,
    fix: "start the agent or a scan once: it makes a backup and migrates",
  };
}

export function damagedForReaders(path: string, error: unknown): StoreRefusal {
  return {
    code: "TL411",
    exit: 78,
    what: `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    effect: "nothing was changed",
    fix: "start the agent or a scan: it checks the file, sets a damaged one aside and continues",
  };
}

export function noRoomForBackup(path: string, needed: number, free: number): StoreRefusal {
  return {
    code: "TL412",
    exit: 78,
    what: `${path} must be migrated, but its backup needs ${needed} bytes and only ${free} are free`,
    effect: "nothing was migrated",
    fix: `free ${needed - free} bytes on that volume`,
  };
}

export function noRoom(directory: string, error: unknown): StoreRefusal {
  return {
    code: "TL413",
    exit: 78,
    what: `the store in ${directory} cannot be opened for lack of space: ${systemReason(error)}`,
    effect: "nothing was changed",
    fix: "free space on that volume or raise store.max_size, then start again",
  };
}
