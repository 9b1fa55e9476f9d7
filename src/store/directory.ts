import { accessSync, chmodSync, constants, lstatSync, readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { ensurePrivateDirectory } from "../lib/files.ts";
import { err, ok, type Result } from "../lib/result.ts";
import { networkFileSystem, notUsable, tooOpen, wrongOwner, type StoreRefusal } from "./refusal.ts";

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
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    const verdict = fileSystemVerdict((options.fileSystemType ?? systemType)(directory));
    if (verdict.kind === "network") return err(networkFileSystem(directory, verdict.name));
    ensurePrivateDirectory(join(directory, "work"));
    ensurePrivateDirectory(join(directory, "raw"));
    return ok(verdict.kind === "fuse" ? [fuseWarning(directory)] : []);
  } catch (error) {
    return err(notUsable(directory, error));
  }
}

function systemType(directory: string): number {
  return statfsSync(directory).type;
}

function fuseWarning(directory: string): string {
  return `state directory ${directory} is on a FUSE file system: flushes may be promised and not done, and a power cut may then take the newest commits; a directory on a local disk is safer (--state DIR)`;
}

function refusedOwner(directory: string): StoreRefusal | null {
  const user = process.getuid?.();
  const { uid } = statSync(directory);
  return user === undefined || uid === user ? null : wrongOwner(directory, uid, user);
}

function refusedMode(directory: string): StoreRefusal | null {
  const mode = statSync(directory).mode & 0o777;
  if ((mode & 0o077) === 0) return null;
  // An empty directory of ours is nobody's working place yet: narrowing it surprises no one. A symbolic link might
  // be somebody's, and a filled one is the operator's decision.
  if (readdirSync(directory).length > 0 || lstatSync(directory).isSymbolicLink()) return tooOpen(directory, mode);
  chmodSync(directory, 0o700);
  return null;
}
