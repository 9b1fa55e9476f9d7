import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import type { RawFile } from "../../domain/nmap-run.ts";
import { err, ok, type Result } from "../../lib/result.ts";

/**
 * Writes the XML of an archived run to `target`, as it was when nmap had written it. The error is a sentence: the file
 * is missing, damaged, or not the one that the run named. A changed file does not count as evidence.
 */
export async function unpackRaw(raw: RawFile, rawDir: string, target: string): Promise<Result<void, string>> {
  const source = path.join(rawDir, raw.path);
  if (!source.startsWith(path.join(rawDir, path.sep))) return err(`raw/${raw.path} lies outside the archive`);
  const hash = createHash("sha256");
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      // A file that unpacks to more than was packed is not ours, and might fill the disk.
      if (bytes > raw.bytes) done(new Error(`it is larger than the ${raw.bytes} bytes that were archived`));
      else done(null, chunk);
    },
  });
  const sink = createWriteStream(target, { mode: 0o600 });
  try {
    await pipeline(createReadStream(source), createZstdDecompress(), measure, sink);
  } catch (error) {
    return err(`raw/${raw.path} cannot be read (${whyOf(error)})`);
  }
  const sha256 = hash.digest("hex");
  if (sha256 === raw.sha256) return ok(undefined);
  return err(`raw/${raw.path} is not what was archived: its SHA-256 is ${sha256}, recorded was ${raw.sha256}`);
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && error.code === "ENOENT" ? "it is missing" : error.message;
}
