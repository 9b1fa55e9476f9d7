import { styleText } from "node:util";
import type { Tone } from "../../report/text/document.ts";
import type { CommandIo, GlobalOptions } from "../io.ts";

export type Paint = (tone: Tone, text: string) => string;

const STYLES = {
  high: ["red", "bold"],
  medium: ["yellow"],
  low: ["cyan"],
  good: ["green"],
  dim: ["dim"],
  bold: ["bold"],
} as const;

/** Colour only on a terminal, never with --no-color, --plain or NO_COLOR (styleText looks at the stream itself). */
export function painter(io: CommandIo, globals: GlobalOptions): Paint {
  if (globals.color === false || globals.plain === true) return (_, text) => text;
  return (tone, text) => styleText([...STYLES[tone]], text, { stream: io.stdout, validateStream: true });
}
