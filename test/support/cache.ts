import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import type { Missing } from "./availability.ts";

const REPOSITORY = path.resolve(import.meta.dirname, "../..");

/** Elasticsearch refuses to run as root, so root starts it as this user ("nobody"), which must be able to read it. */
export const UNPRIVILEGED_UID = 65_534;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Whether every folder on the way, and the last one itself, may be entered by any user. */
export function openToEveryone(dir: string): boolean {
  const parent = path.dirname(dir);
  const open = existsSync(dir) && (statSync(dir).mode & 0o005) === 0o005;
  return open && (parent === dir || openToEveryone(parent));
}

/** The ignored folder `.cache/servers` of the repository, or one below the system's temporary folder if "nobody" cannot reach it. */
export function cacheDir(): string {
  if (!isRoot() || openToEveryone(REPOSITORY)) return made(path.join(REPOSITORY, ".cache", "servers"));
  const dir = made(path.join(tmpdir(), `tripline-servers-${userInfo().uid}`));
  // The name can be guessed, so somebody else could have made the folder first and put programs into it.
  if (statSync(dir).uid !== process.getuid?.()) throw new Error(`${dir} belongs to another user. Fix: remove it.`);
  return dir;
}

/**
 * The cached folder of that name. When it is not there, `build` fills a private one which is then moved into place in one step:
 * several runs at the same moment may build the same thing, the first to finish wins, and nobody sees a half-made folder.
 */
export async function cached(
  name: string,
  build: (dir: string) => Promise<Missing | undefined>,
): Promise<string | Missing> {
  const target = path.join(cacheDir(), name);
  if (existsSync(target)) return target;
  const stage = mkdtempSync(`${target}.part-`);
  chmodSync(stage, 0o755);
  try {
    const failure = await build(stage);
    if (failure !== undefined) return failure;
    moveIntoPlace(stage, target);
    return target;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function moveIntoPlace(stage: string, target: string): void {
  try {
    renameSync(stage, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}

function made(dir: string): string {
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  accessSync(dir, constants.W_OK);
  return dir;
}
