import { type Trust, trustIn } from "../../lib/file-owners.ts";
import { type OpenToOthers, openToOthers, openTree } from "../../lib/file-trust.ts";
import { findNmapData } from "./data-files.ts";

export interface Tools {
  /** The program, absolute. */
  readonly nmap: string;
  /** Absolute path of `nse-scripts`. */
  readonly nseDir: string;
  /** Who may own nmap and its data besides root and us. */
  readonly owners: Trust["owners"];
}

/** Why nmap must not be started, half a sentence; what to run against it; and the page. */
export interface OpenTool {
  readonly what: string;
  readonly fix: string;
  readonly code: "TL162" | "TL163";
}

/**
 * All parts of nmap run with our rights: the program, its Lua library and scripts, and our scripts. Asked
 * before anything of it is started. Our scripts may have any owner: a checkout belongs to whoever works in it.
 */
export function openTool({ nmap, nseDir, owners }: Tools): OpenTool | null {
  const program = openToOthers(nmap, trustIn(owners));
  if (program !== null) return { what: told("the program", nmap, program), fix: program.fix, code: "TL162" };
  const data = findNmapData(nmap)?.directory ?? null;
  const library = data === null ? null : openTree(data, trustIn(owners));
  if (data !== null && library !== null)
    return { what: told("nmap's data", data, library), fix: library.fix, code: "TL163" };
  const scripts = openTree(nseDir, trustIn("any"));
  return scripts === null ? null : { what: told("the scripts in", nseDir, scripts), fix: scripts.fix, code: "TL163" };
}

function told(what: string, place: string, { path, why }: OpenToOthers): string {
  if (path === place) return `${what} ${place} ${why}`;
  return path.startsWith(`${place}/`)
    ? `${what} ${place}: ${path} ${why}`
    : `${what} ${place} is reached through ${path}, which ${why}`;
}
