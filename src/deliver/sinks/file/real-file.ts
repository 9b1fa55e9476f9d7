import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The same for two paths that lead to the same file, through links and whether or not it exists by now. */
export function realFile(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  if (stat?.isFile() === true) return `${stat.dev}:${stat.ino}`;
  return realPath(path);
}

/** Links are followed as far as folders exist; the rest will be made as it is written. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
