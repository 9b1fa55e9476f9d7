import type { NmapDocument } from "../../../src/scan/xml/document.ts";
import { type ReadOptions, readNmapXml } from "../../../src/scan/xml/read.ts";

/** Reads a document given as text or bytes, in chunks of the given size. */
export function readText(
  text: string | Uint8Array,
  options: ReadOptions & { readonly chunk?: number } = {},
): Promise<NmapDocument> {
  const bytes = typeof text === "string" ? Buffer.from(text, "utf8") : text;
  return readNmapXml(chunks(bytes, options.chunk ?? 64 * 1024), options);
}

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
