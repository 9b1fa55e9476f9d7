import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readSource, sourceOf, type Source } from "../../src/app/operations/known-good-source.ts";
import { tempDir } from "../support/temp-dir.ts";

const WHOLE = '{"tripline":"baseline","version":1,"segment":"dmz","scans":3,"days":0}\n{"end":"baseline"}\n';

async function sent(): Promise<Source & { readonly gzip: string }> {
  const cwd = tempDir();
  writeFileSync(join(cwd, "known.jsonl"), WHOLE);
  const source = await sourceOf({ file: "known.jsonl", cwd });
  if (!source.ok || source.value.gzip === undefined) throw new Error("a short file is sent whole");
  return { ...source.value, gzip: source.value.gzip };
}

const packed = (text: string) => gzipSync(text).toString("base64");
const digest = (text: string) => createHash("sha256").update(text).digest("hex");

describe("the content of an exported baseline that is part of a request", () => {
  it("is read, and has the digest that the audit will name", async () => {
    const source = await sent();
    expect(source.sha256).toBe(digest(WHOLE));
    expect((await readSource(source, true)).ok).toBe(true);
  });

  it.each<readonly [string, (source: Source) => Source]>([
    ["has the digest of another file", (source) => ({ ...source, sha256: digest("another one") })],
    ["was exchanged under the digest", (source) => ({ ...source, gzip: packed(WHOLE.replace("dmz", "lab")) })],
    ["is no gzip", (source) => ({ ...source, gzip: Buffer.from("nothing packed").toString("base64") })],
    ["is cut", (source) => ({ ...source, gzip: packed(WHOLE).slice(0, 24) })],
    ["unpacks to more than 64 MiB", (source) => ({ ...source, gzip: packed("\n".repeat(65 * 1024 * 1024)) })],
  ])("is refused when it %s", async (_, changed) => {
    const read = await readSource(changed(await sent()), true);
    expect(read.ok ? null : read.error).toMatchObject({ code: "TL478", exit: 2 });
  });
});

describe("a file that is not there", () => {
  it("is said to be missing, not that a directory cannot be made", async () => {
    const read = await sourceOf({ file: "nope.jsonl", cwd: tempDir() });
    expect(read.ok ? "" : read.error.what).toMatch(/^nope\.jsonl cannot be read \(.*: it does not exist \(ENOENT\)\)$/);
  });
});
