import { jsonOf } from "./json/json.ts";
import type { View } from "./model/view.ts";
import { type TextDocument } from "./text/document.ts";
import { textOf } from "./text/text.ts";

/** One way to show a view. What it makes is a finished text, or blocks that are laid out where they are read. */
export interface Renderer {
  /** What `--format` calls it, the usual name first. */
  readonly names: readonly [string, ...string[]];
  /** Ends of the names of output files that ask for it. */
  readonly extensions: readonly string[];
  render(view: View): string | TextDocument;
}

/** Every renderer; the first one is used when nobody asks for another. */
export const RENDERERS: readonly [Renderer, ...Renderer[]] = [
  { names: ["text", "table"], extensions: [], render: textOf },
  { names: ["json"], extensions: [".json"], render: (view) => JSON.stringify(jsonOf(view), null, 2) },
];

/** The renderer that a format names, else the one that an output file's name asks for, else the first. */
export function rendererFor(format: string | null, file: string | null): Renderer {
  const named = RENDERERS.find(({ names }) => format !== null && names.includes(format));
  if (named !== undefined) return named;
  return RENDERERS.find(({ extensions }) => extensions.some((end) => file?.endsWith(end))) ?? RENDERERS[0];
}
