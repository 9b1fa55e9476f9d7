import { glob, readFile, stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { notText } from "./wrong-format.ts";

/** Where files are looked for: a path or a pattern, relative to a directory. */
export interface FilePattern {
  readonly pattern: string;
  readonly directory: string;
}

export interface FileText {
  readonly body: string;
  /** UTC ms. */
  readonly modifiedAt: number;
}

const MAX_BYTES = 64 * 1024 ** 2;

/** In a stable order. A pattern that finds nothing stands for itself, so that it is reported as missing. */
export async function filesOf({ pattern, directory }: FilePattern): Promise<readonly string[]> {
  if (!/[*?[{]/.test(pattern)) return [pattern];
  const found: string[] = [];
  for await (const file of glob(pattern, { cwd: directory })) found.push(file);
  return found.length === 0 ? [pattern] : found.toSorted();
}

/** A path named by the operator is read; a pattern never leads out of its directory. */
export async function readText(
  { pattern, directory }: FilePattern,
  file: string,
): Promise<FileText | { readonly why: string }> {
  const path = resolve(directory, file);
  if (pattern !== file && /^\.\.(?:\/|$)/.test(relative(directory, path)))
    return { why: "leads out of the directory of the configuration" };
  try {
    const { size, mtimeMs } = await stat(path);
    if (size > MAX_BYTES) return { why: `${size} bytes; at most ${MAX_BYTES} are read` };
    const body = new TextDecoder().decode(await readFile(path));
    const why = notText(body);
    return why === null ? { body, modifiedAt: mtimeMs } : { why };
  } catch (error) {
    return {
      why: `cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "unknown error"})`,
    };
  }
}
