import { accessSync, chmodSync, constants, lstatSync, readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { ensurePrivateDirectory, systemCode } from "../lib/files.ts";
import { err, ok, type Result } from "../lib/result.ts";
import { networkFileSystem, noRoom, notUsable, tooOpen, wrongOwner, type StoreRefusal } from "./refusal.ts";

// Magic numbers of statfs(2), from linux/magic.h and the kernel's own network file systems.
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB2"],
  [0xff534d42, "CIFS"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x01021997, "9P"],
]);
const FUSE = 0x65735546;

/** What a file system type (`statfs` f_type) means for the store. */
export function fileSystemVerdict(
  type: number,
): { readonly kind: "local" | "fuse" } | { readonly kind: "network"; readonly name: string } {
  // 32-bit magics with the top bit set arrive negative on some platforms.
  const unsigned = type >>> 0;
  const name = NETWORK.get(unsigned);
  if (name !== undefined) return { kind: "network", name };
  return { kind: unsigned === FUSE ? "fuse" : "local" };
}

export interface DirectoryOptions {
  readonly directory: string;
  /** `statfs` of the machine unless a test stands on a file system it does not have. */
  readonly fileSystemType?: (directory: string) => number;
}

/** Makes or checks the state directory: ours, 0700, writable, local. Returns warnings for the operator. */
export function prepareDirectory(options: DirectoryOptions): Result<readonly string[], StoreRefusal> {
  const { directory } = options;
  try {
    ensurePrivateDirectory(directory);
    const refusal = refusedOwner(directory) ?? refusedMode(directory);
    if (refusal !== null) return err(refusal);
    mustBeOurs(directory);
    const verdict = fileSystemVerdict((options.fileSystemType ?? systemType)(directory));
    if (verdict.kind === "network") return err(networkFileSystem(directory, verdict.name));
    for (const name of ["work", "raw"]) {
      ensurePrivateDirectory(join(directory, name));
      mustBeOurs(join(directory, name));
    }
    const blocked = FILES.map((name) => fileRefusal(directory, name, "write")).find((found) => found !== null);
    if (blocked !== undefined) return err(blocked);
    return ok(verdict.kind === "fuse" ? [fuseWarning(directory)] : []);
  } catch (error) {
    return err(directoryRefusal(directory, error));
  }
}

/** Throws the file system's error. */
function mustBeOurs(directory: string): void {
  accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
}

/** What an error of the system means for the whole state. */
export function directoryRefusal(directory: string, error: unknown): StoreRefusal {
  const full = ["ENOSPC", "EDQUOT"].includes(systemCode(error) ?? "");
  return full ? noRoom(directory, error) : notUsable(directory, error);
}

const FILES = ["tripline.db", "tripline.db-wal", "tripline.db-shm", "store.mark", "agent.lock", "work/agent.json"];

/** A file of the state that exists and cannot be used; null: it can be used, or it does not exist yet. */
export function fileRefusal(directory: string, name: string, access: "read" | "write"): StoreRefusal | null {
  const path = join(directory, name);
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return null;
    if (!found.isFile()) return notUsable(directory, new Error(`${path} is not a regular file`), path);
    accessSync(path, access === "read" ? constants.R_OK : constants.R_OK | constants.W_OK);
    return null;
  } catch (error) {
    return notUsable(directory, error, path);
  }
}

function systemType(directory: string): number {
  return statfsSync(directory).type;
}

function fuseWarning(directory: string): string {
  return `state directory ${directory} is on a FUSE file system: flushes may be promised but not done, and a power cut may then take the newest commits; a directory on a local disk is safer (--state DIR)`;
}

function refusedOwner(directory: string): StoreRefusal | null {
  const user = process.getuid?.();
  const { uid } = statSync(directory);
  return user === undefined || uid === user ? null : wrongOwner(directory, uid, user);
}

function refusedMode(directory: string): StoreRefusal | null {
  const mode = statSync(directory).mode & 0o777;
  if ((mode & 0o077) === 0) return null;
  // An empty directory of ours is not in use yet, so its mode may be narrowed. A symbolic link may belong
  // to somebody else, and what happens to a directory with files is the operator's decision.
  if (readdirSync(directory).length > 0 || lstatSync(directory).isSymbolicLink()) return tooOpen(directory, mode);
  chmodSync(directory, 0o700);
  return null;
}
