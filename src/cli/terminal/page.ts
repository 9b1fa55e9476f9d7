import { processEnvironment } from "../../config/environment.ts";
import type { CommandIo, GlobalOptions } from "../io.ts";
import { type Paint, painter } from "./style.ts";

/** Where text goes: how wide it is, and whether it has colours. */
export interface Page {
  /** Columns; Infinity for a pipe or a file, where every row is one line and no cell is cut. */
  readonly width: number;
  readonly paint: Paint;
}

const USUAL_WIDTH = 80;
/** A smaller width is a mistake; text with one column per line is unreadable. */
const LEAST_WIDTH = 20;

export function pageOf(io: CommandIo, globals: GlobalOptions): Page {
  const toFile = globals.output !== undefined;
  return { width: toFile ? Infinity : widthOf(io.stdout, processEnvironment()), paint: painter(io, globals) };
}

/** The same for standard error, where nothing has colours. */
export function errorPageOf(io: CommandIo): Page {
  return { width: widthOf(io.stderr, processEnvironment()), paint: (_, text) => text };
}

/** Of a terminal: what it says, else `COLUMNS`, else 80. What is not a terminal has no width. */
export function widthOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): number {
  if (stream.isTTY !== true) return Infinity;
  const said = [stream.columns, Number(environment["COLUMNS"])].find(
    (n) => n !== undefined && Number.isInteger(n) && n > 0,
  );
  return Math.max(LEAST_WIDTH, said ?? USUAL_WIDTH);
}
