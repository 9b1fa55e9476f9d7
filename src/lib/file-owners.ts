import { readFileSync, type Stats } from "node:fs";

/** Whose files may be relied on, and who is behind a group. Made again for every check: accounts change. */
export interface Trust {
  /** Besides root and the user we are: `any`, when somebody decided that the owner is right. */
  readonly owners: "any" | readonly number[];
  readonly accounts: () => Accounts;
}

interface Accounts {
  /** Names and main groups by user id. */
  readonly users: readonly { readonly name: string; readonly uid: number; readonly gid: number }[];
  readonly groups: readonly { readonly name: string; readonly gid: number; readonly members: readonly string[] }[];
}

export function trustIn(owners: Trust["owners"]): Trust {
  let accounts: Accounts | null = null;
  return { owners, accounts: () => (accounts ??= readAccounts()) };
}

export function trustedOwner(uid: number, { owners }: Trust): boolean {
  if (uid === 0 || uid === process.geteuid?.() || isUnmapped(uid, "uid")) return true;
  return owners === "any" || owners.includes(uid);
}

/**
 * Whether everybody in the group of a file is its owner or trusted anyway. Debian and others give each user a group of
 * his own and a umask that lets it write, so a group that may write is not wrong in itself.
 */
export function trustedGroup({ uid, gid }: Stats, { owners, accounts }: Trust): boolean {
  if (gid === 0 || isUnmapped(gid, "gid")) return true;
  const { users, groups } = accounts();
  const group = groups.find((one) => one.gid === gid);
  const primary = users.filter((user) => user.gid === gid);
  // Not in the files: a container has no accounts, and by custom a user's own group has his number.
  if (group === undefined && primary.length === 0) return gid === uid;
  const members = (group?.members ?? []).map((name) => users.find((user) => user.name === name)?.uid ?? null);
  const named = owners === "any" ? [] : owners;
  const trusted = new Set<number | null>([0, process.geteuid?.() ?? 0, uid, ...named]);
  return [...primary.map((user) => user.uid), ...members].every((member) => trusted.has(member));
}

/** `alice (uid 1000)`, or the number alone. */
export function ownerName(uid: number): string {
  const user = readAccounts().users.find((one) => one.uid === uid);
  return user === undefined ? `uid ${uid}` : `${user.name} (uid ${uid})`;
}

export function groupName(gid: number): string {
  const group = readAccounts().groups.find((one) => one.gid === gid);
  return group === undefined ? `group ${gid}` : `group ${group.name}`;
}

/** Accounts of a directory service are not seen: a group with members there is trusted by its number only. */
function readAccounts(): Accounts {
  const users = rows("/etc/passwd").map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  const groups = rows("/etc/group").map(([name = "", , gid, members = ""]) => {
    return { name, gid: Number(gid), members: members.split(",").filter((member) => member !== "") };
  });
  return { users, groups };
}

function rows(file: string): readonly (readonly string[])[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split(":"));
  } catch {
    return [];
  }
}

/** What the kernel shows for owners that do not exist in this user namespace, such as the real root in a rootless container. */
const OVERFLOW_ID = 65_534;

/** Nobody in here can be that owner. */
function isUnmapped(id: number, kind: "uid" | "gid"): boolean {
  if (id !== OVERFLOW_ID) return false;
  try {
    const ranges = readFileSync(`/proc/self/${kind}_map`, "utf8").trim().split("\n");
    return !ranges.some((range) => {
      const [first = 0, , length = 0] = range.trim().split(/\s+/).map(Number);
      return id >= first && id < first + length;
    });
  } catch {
    return false;
  }
}
