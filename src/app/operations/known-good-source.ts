import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";
import type { KnownGood } from "../../domain/known-good.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import { chunksOf, MOST_FILE_BYTES, readKnownGood, withFile } from "./read-known-good.ts";

/**
 * A file as whoever does the work is given it: its content where it fits into a request, else where it is. The digest
 * is proof that whoever asks has read it: an agent may not be used to look into files of others.
 */
export const SOURCE = z.strictObject({
  /** How people call it. */
  name: z.string().min(1).max(4096),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  gzip: z.base64().optional(),
  /** Absolute; used where the content is not there. */
  path: z.string().startsWith("/"),
});

export type Source = z.infer<typeof SOURCE>;

/** Of a request of 256 KiB; the rest of it is short. */
const MOST_INLINE_BYTES = 180 * 1024;
/** More text than this does not shrink to so little. */
const MOST_READ_BYTES = 8 * 1024 * 1024;

export const FILE = z.strictObject({ file: z.string().min(1), cwd: z.string() });

/** What to ask with. Refused is only what cannot be read. */
export function sourceOf({ file: name, cwd }: z.infer<typeof FILE>): Promise<Result<Source, OperationFailure>> {
  const path = resolve(cwd, name);
  return withFile(path, name, async (file) => {
    const { size } = await file.stat();
    if (size > MOST_READ_BYTES) return ok({ name, path, sha256: await digestOf(chunksOf(file)) });
    const whole: Buffer[] = [];
    for await (const chunk of chunksOf(file)) whole.push(chunk);
    const bytes = Buffer.concat(whole);
    const packed = (await promisify(gzip)(bytes)).toString("base64");
    return ok({
      name,
      path,
      sha256: digestOfBytes(bytes),
      ...(packed.length <= MOST_INLINE_BYTES ? { gzip: packed } : {}),
    });
  });
}

export async function readSource(source: Source, asked: boolean): Promise<Result<KnownGood, OperationFailure>> {
  const { name, path, sha256 } = source;
  if (source.gzip !== undefined) {
    const bytes = await unpacked(source.gzip);
    // The digest is what the audit says of the file, so it must be of this content.
    return bytes === null || digestOfBytes(bytes) !== sha256 ? err(garbled(name)) : readKnownGood([bytes], name);
  }
  const read = await withFile(path, name, async (file) => {
    if ((await digestOf(chunksOf(file))) !== sha256) return err(anotherFile(source));
    return readKnownGood(chunksOf(file), name);
  });
  return asked && !read.ok && read.error.code === "TL301" ? err(outOfReach(source, read.error)) : read;
}

async function unpacked(packed: string): Promise<Buffer | null> {
  try {
    return await promisify(gunzip)(Buffer.from(packed, "base64"), { maxOutputLength: MOST_FILE_BYTES });
  } catch {
    return null;
  }
}

function digestOfBytes(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function digestOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

const EFFECT = "Nothing was changed.";

function outOfReach({ name }: Source, { what }: OperationFailure): OperationFailure {
  return {
    code: "TL478",
    exit: 2,
    what: `${name} is too large to be handed to the running agent, which reads it itself: ${what}`,
    effect: EFFECT,
    fix: "Put it where the user of the agent can read it, or import parts of it: export with --host NETWORK.",
  };
}

function garbled(name: string): OperationFailure {
  return {
    code: "TL478",
    exit: 2,
    what: `the content of ${name} did not arrive as it was sent, or unpacks to more than ${MOST_FILE_BYTES / 1024 / 1024} MiB`,
    effect: EFFECT,
    fix: "Import it again with tripline baseline import.",
  };
}

/** Says nothing about what is there. */
function anotherFile({ name, path }: Source): OperationFailure {
  return {
    code: "TL478",
    exit: 2,
    what: `what is at ${path} is not ${name} as it was read first: it changed, or the agent sees other files there`,
    effect: EFFECT,
    fix: "Import it again; a service with PrivateTmp or ProtectHome does not see /tmp or /home of others.",
  };
}
