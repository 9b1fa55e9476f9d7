import { accessSync, constants, lstatSync, readdirSync, readlinkSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { groupName, ownerName, type Trust, trustedGroup, trustedOwner } from "./file-owners.ts";

/** Somebody besides root and us can change what a path leads to. */
export interface OpenToOthers {
  /** The file or directory that is to blame: on the way to the file, or the file itself. */
  readonly path: string;
  /** `owner`: it belongs to somebody else; `mode`: its permissions let others write. */
  readonly kind: "owner" | "mode";
  /** Half a sentence about `path`: "may be written by everybody (mode 0666)". */
  readonly why: string;
  /** A command. */
  readonly fix: string;
}

/**
 * Who else may change the file or directory at `file`, or put another one in its place: every directory on the way is
 * looked at, and every symbolic link is followed as the kernel does. Null: nobody, or nothing is there.
 */
export function openToOthers(file: string, trust: Trust): OpenToOthers | null {
  // Windows has no such modes.
  if (process.geteuid === undefined) return null;
  const way = wayTo(path.resolve(file));
  if (way === null) return null;
  const entries = way.steps.toReversed().map((step) => replaceable(step, trust));
  return changeable(way.end, trust) ?? entries.find((found) => found !== null) ?? null;
}

interface Found {
  readonly path: string;
  readonly stats: Stats;
}

/** One name looked up in one directory. */
interface Step {
  readonly directory: Found;
  readonly entry: Found;
}

interface Way {
  readonly steps: readonly Step[];
  readonly end: Found;
}

/** As the kernel limits it. */
const MAX_LINKS = 40;

/** Null when it leads nowhere. */
function wayTo(file: string): Way | null {
  try {
    return walk(file);
  } catch {
    return null;
  }
}

function walk(file: string): Way | null {
  const steps: Step[] = [];
  let here = found("/");
  let names = namesOf(file);
  for (let links = 0; names.length > 0; ) {
    const [name = "", ...rest] = names;
    names = rest;
    const entry = found(path.join(here.path, name));
    if (name === "..") {
      here = entry;
      continue;
    }
    steps.push({ directory: here, entry });
    if (!entry.stats.isSymbolicLink()) here = entry;
    else if (here.path.startsWith("/proc/")) {
      here = { path: entry.path, stats: statSync(entry.path) };
      // `/dev/stdin` and `<(…)` lead to what is open, not to a name; a pipe or socket has no mode worth the name.
      if (!here.stats.isFile() && !here.stats.isDirectory()) return null;
    } else {
      if (++links > MAX_LINKS) return null;
      const target = readlinkSync(entry.path);
      if (path.isAbsolute(target)) here = found("/");
      names = [...namesOf(target), ...rest];
    }
  }
  return { steps, end: here };
}

function found(place: string): Found {
  return { path: place, stats: lstatSync(place) };
}

function namesOf(file: string): readonly string[] {
  return file.split("/").filter((name) => name !== "" && name !== ".");
}

/** Who may write a directory puts what he likes under its names; in a sticky one only under names of his own. */
function replaceable({ directory, entry }: Step, trust: Trust): OpenToOthers | null {
  const foreign = foreignOwner(directory, trust);
  if (foreign !== null) return foreign;
  const sticky = (directory.stats.mode & 0o1000) !== 0;
  return sticky ? foreignOwner(entry, trust) : writable(directory, trust);
}

/** As {@link openToOthers}, for a directory and everything below it: the first file that others may change. */
export function openTree(directory: string, trust: Trust): OpenToOthers | null {
  if (process.geteuid === undefined) return null;
  return openToOthers(directory, trust) ?? openBelow(directory, trust);
}

function openBelow(directory: string, trust: Trust): OpenToOthers | null {
  for (const name of namesIn(directory)) {
    const one = found(path.join(directory, name));
    const open = one.stats.isSymbolicLink() ? openToOthers(one.path, trust) : changeable(one, trust);
    const below = open === null && one.stats.isDirectory() ? openBelow(one.path, trust) : null;
    if (open !== null || below !== null) return open ?? below;
  }
  return null;
}

/** What we cannot list, nobody reads as us. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Of one file or directory by itself, wherever it lies. */
function changeable(one: Found, trust: Trust): OpenToOthers | null {
  return foreignOwner(one, trust) ?? writable(one, trust);
}

function foreignOwner({ path: place, stats }: Found, trust: Trust): OpenToOthers | null {
  if (trustedOwner(stats.uid, trust)) return null;
  return { path: place, kind: "owner", why: `belongs to ${ownerName(stats.uid)}`, fix: `chown root ${place}` };
}

function writable({ path: place, stats }: Found, trust: Trust): OpenToOthers | null {
  const everybody = (stats.mode & 0o002) !== 0;
  const group = (stats.mode & 0o020) !== 0 && !trustedGroup(stats, trust);
  if ((!everybody && !group) || isReadOnly(place)) return null;
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, "0");
  const who = everybody ? "everybody" : groupName(stats.gid);
  return {
    path: place,
    kind: "mode",
    why: `can be written by ${who} (mode ${mode})`,
    fix: `chmod ${everybody && group ? "go" : everybody ? "o" : "g"}-w ${place}`,
  };
}

/** Kubernetes mounts its configuration volumes so, with the directory open to everybody. */
function isReadOnly(place: string): boolean {
  try {
    accessSync(place, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EROFS";
  }
}
