import { styleText } from "node:util";
import type { CommandIo, GlobalOptions } from "../io.ts";

export type Paint = (kind: "high" | "medium" | "low" | "good" | "dim" | "bold", text: string) => string;

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
  return (kind, text) => styleText([...STYLES[kind]], text, { stream: io.stdout, validateStream: true });
}

export function severityPaint(paint: Paint, severity: string): string {
  const kind = severity === "critical" || severity === "high" ? "high" : severity === "medium" ? "medium" : "low";
  return paint(kind, severity);
}
