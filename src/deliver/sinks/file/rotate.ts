import { existsSync, renameSync } from "node:fs";
import { isoTime } from "../../../lib/time.ts";
import type { EventFile } from "./event-file.ts";

/** Above the size, or when the first line was written on another UTC day. */
export function rotationDue(file: EventFile, maxBytes: number, now: number): boolean {
  const bytes = file.bytes();
  if (bytes === 0) return false;
  return bytes >= maxBytes || isoTime(file.openedAt).slice(0, 10) < isoTime(now).slice(0, 10);
}

/** `events.ndjson` → `events.ndjson.2026-11-20.1`; the number counts up within a day, nothing is overwritten. */
export function rotate(path: string, now: number): string {
  const day = isoTime(now).slice(0, 10);
  let n = 1;
  while (existsSync(`${path}.${day}.${n}`)) n++;
  const target = `${path}.${day}.${n}`;
  renameSync(path, target);
  return target;
}
