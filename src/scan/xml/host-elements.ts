import { createReadStream } from "node:fs";
import { parseElement } from "./element.ts";
import { addressOf } from "./host.ts";
import { createSplitter } from "./split.ts";
import type { Piece } from "./split-state.ts";

/** The `<host>` elements of one address in an nmap document, byte for byte; `bytes` is the size of the file. */
export async function hostElements(file: string, bytes: number, address: string): Promise<readonly Buffer[]> {
  // No element is larger than its file, so every one stays whole.
  const splitter = createSplitter(bytes + 1);
  const found: Buffer[] = [];
  const take = (pieces: readonly Piece[]) => {
    for (const piece of pieces)
      if (piece.kind === "host" && isOf(piece.text, address)) found.push(Buffer.from(piece.text, "latin1"));
  };
  for await (const chunk of createReadStream(file)) take(splitter.push(chunk));
  take(splitter.end());
  return found;
}

function isOf(text: string, address: string): boolean {
  const parsed = parseElement(text);
  return "element" in parsed && addressOf(parsed.element) === address;
}
