import { readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";

export interface RetentionRule {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  /** UTC ms. */
  readonly now: number;
  /** Folder that is being written. */
  readonly keepCycle?: string;
}

export interface RetentionReport {
  /** Paths relative to the archive, oldest first. */
  readonly removed: readonly string[];
  readonly keptFiles: number;
  readonly keptBytes: number;
}

interface Archived {
  readonly path: string;
  readonly bytes: number;
  readonly at: number;
}

/** Removes archived XML files that are too old, then the oldest ones until the rest fits. Throws the file system's error. */
export function enforceRetention(rawDir: string, rule: RetentionRule): RetentionReport {
  const files = listArchive(rawDir).sort((a, b) => a.at - b.at || a.path.localeCompare(b.path));
  const removed = chooseRemovals(files, rule);
  for (const file of removed) rmSync(path.join(rawDir, file.path), { force: true });
  for (const folder of new Set(removed.map((file) => path.dirname(file.path))))
    removeIfEmpty(path.join(rawDir, folder));
  const gone = new Set(removed.map((file) => file.path));
  const kept = files.filter((file) => !gone.has(file.path));
  return { removed: [...gone], keptFiles: kept.length, keptBytes: sumBytes(kept) };
}

/** Removes the working folders of runs whose process was killed. Only while no run is going on. */
export function removeLeftRuns(workDir: string): void {
  if (statSync(workDir, { throwIfNoEntry: false }) === undefined) return;
  const left = readdirSync(workDir).filter((name) => name.startsWith("run-"));
  for (const name of left) rmSync(path.join(workDir, name), { recursive: true, force: true });
}

/** Pure; `files` oldest first. */
function chooseRemovals(files: readonly Archived[], rule: RetentionRule): readonly Archived[] {
  let bytes = sumBytes(files);
  return files.filter((file) => {
    if (rule.keepCycle !== undefined && file.path.startsWith(`${rule.keepCycle}/`)) return false;
    const remove = rule.now - file.at > rule.maxAgeMs || bytes > rule.maxBytes;
    if (remove) bytes -= file.bytes;
    return remove;
  });
}

function listArchive(rawDir: string): Archived[] {
  if (statSync(rawDir, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(rawDir, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile() || !entry.name.endsWith(".xml.zst")) return [];
    const full = path.join(entry.parentPath, entry.name);
    const { size, mtimeMs } = statSync(full);
    return [{ path: path.relative(rawDir, full), bytes: size, at: mtimeMs }];
  });
}

function removeIfEmpty(folder: string): void {
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

function sumBytes(files: readonly Archived[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0);
}
