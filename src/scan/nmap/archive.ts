import { createHash } from "node:crypto";
import { closeSync, createReadStream, createWriteStream, existsSync, fsyncSync, openSync, renameSync } from "node:fs";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress } from "node:zlib";
import type { RawFile } from "../../domain/nmap-run.ts";
import type { RunPlan } from "../../domain/scan-plan.ts";
import { ensurePrivateDirectory, syncDirectory } from "../../lib/files.ts";

/**
 * Keeps the XML as it was written, compressed, on disk for good before anything built on it is committed.
 * Path: `<cycle>/<shard>-<n>-<phase>.xml.zst` below `rawDir`. Throws the file system's error.
 */
export async function archiveRaw(xmlFile: string, rawDir: string, plan: RunPlan): Promise<RawFile> {
  const folder = path.join(rawDir, plan.cycleId);
  ensurePrivateDirectory(folder);
  const relative = freeName(rawDir, `${plan.cycleId}/${plan.shard}-${plan.n}-${plan.phase}`);
  const full = path.join(rawDir, relative);
  const hash = createHash("sha256");
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const temporary = `${full}.tmp`;
  const sink = createWriteStream(temporary, { mode: 0o600 });
  await pipeline(createReadStream(xmlFile), measure, createZstdCompress(), sink);
  syncFile(temporary);
  renameSync(temporary, full);
  syncDirectory(folder);
  syncDirectory(rawDir);
  return { path: relative, sha256: hash.digest("hex"), bytes };
}

/** An archived file is evidence: it is never overwritten, even if a run number were used twice. */
function freeName(rawDir: string, stem: string): string {
  for (let copy = 1; ; copy++) {
    const name = `${stem}${copy === 1 ? "" : `-${copy}`}.xml.zst`;
    if (!existsSync(path.join(rawDir, name))) return name;
  }
}

function syncFile(file: string): void {
  const descriptor = openSync(file, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
