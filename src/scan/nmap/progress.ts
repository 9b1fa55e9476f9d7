import { closeSync, openSync, readSync } from "node:fs";
import type { ScanProgress } from "../../domain/ports/scanner.ts";

const EVERY_MS = 1000;
// For whoever acts on a task: some take no longer than a tenth of a second.
const TASKS_EVERY_MS = 5;
const CHUNK = 64 * 1024;

/** Reports the progress that nmap writes into its XML while it runs, until the returned function is called. */
export function followProgress(xmlFile: string, tell: (progress: ScanProgress) => void): () => void {
  let last = "";
  return followText(xmlFile, EVERY_MS, (text) => {
    const progress = latestProgress(text);
    const key = JSON.stringify(progress);
    if (progress === null || key === last) return;
    last = key;
    tell(progress);
  });
}

/** Reports each task as nmap begins it, in order, until the returned function is called. */
export function followTasks(xmlFile: string, tell: (task: string) => void): () => void {
  let told = 0;
  return followText(xmlFile, TASKS_EVERY_MS, (text, start) => {
    for (const begun of text.matchAll(TASK_BEGIN)) {
      const at = start + begun.index;
      if (at < told) continue;
      told = at + 1;
      tell(begun[1] ?? "nmap");
    }
  });
}

const TASK_BEGIN = /<taskbegin task="([A-Za-z ,./()-]{1,60})"[^>]{0,400}\/>/g;

/** Gives what was written since, with the end of what was given before, and where in the file that starts. */
function followText(file: string, everyMs: number, take: (text: string, start: number) => void): () => void {
  let offset = 0;
  let rest = "";
  const timer = setInterval(() => {
    const read = readNew(file, offset);
    if (read.bytes === 0) return;
    offset += read.bytes;
    // Task elements are short: what may still be cut off at the end of the chunk fits into this tail.
    const text = rest + read.text;
    rest = text.slice(-512);
    take(text, offset - text.length);
  }, everyMs);
  return () => clearInterval(timer);
}

/** The newest task of the text, or null. Pure. Percentages belong to one task and start again with the next. */
export function latestProgress(text: string): ScanProgress | null {
  const tasks = [...text.matchAll(/<task(begin|progress|end) ([^>]{0,400})\/>/g)];
  const last = tasks.at(-1);
  if (last === undefined) return null;
  const attributes = last[2] ?? "";
  const phase = /task="([A-Za-z ,./()-]{1,60})"/.exec(attributes)?.[1] ?? "nmap";
  const percent = /percent="([\d.]+)"/.exec(attributes)?.[1];
  const remaining = /remaining="(\d+)"/.exec(attributes)?.[1];
  return {
    phase,
    percent: last[1] === "end" ? 100 : percent === undefined ? null : Number(percent),
    remainingSeconds: remaining === undefined ? null : Number(remaining),
  };
}

function readNew(file: string, offset: number): { readonly text: string; readonly bytes: number } {
  const buffer = Buffer.alloc(CHUNK);
  try {
    const descriptor = openSync(file, "r");
    try {
      const bytes = readSync(descriptor, buffer, 0, CHUNK, offset);
      return { text: buffer.toString("latin1", 0, bytes), bytes };
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // nmap has not made the file yet.
    return { text: "", bytes: 0 };
  }
}
