import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { EXIT } from "./exit-codes.ts";
import { type CommandIo, type GlobalOptions, say } from "./io.ts";

/** The result could not be written where the user wants it; nothing else went wrong. */
export class UnwritableResult extends Error {
  readonly exit: number;
  constructor(message: string, exit: number) {
    super(message);
    this.exit = exit;
  }
}

/** What a command found out: data for programs, text for people, made only when somebody reads it. */
export interface CommandResult {
  readonly data: unknown;
  readonly text: () => string;
}

/** `--json`, `--format json`, or an output file that is named so. */
export function wantsJson({ json, format, output }: GlobalOptions): boolean {
  if (json === true || format !== undefined) return json === true || format === "json";
  return output?.endsWith(".json") === true;
}

/** The result of a command: to `--output FILE`, else to standard output. */
export function printResult(io: CommandIo, globals: GlobalOptions, result: CommandResult): void {
  const text = wantsJson(globals) ? JSON.stringify(result.data, null, 2) : result.text();
  if (globals.output === undefined) return say(io, text);
  try {
    const shown = io.hide?.(text) ?? text;
    writeFileSync(resolve(io.cwd, globals.output), shown.endsWith("\n") ? shown : `${shown}\n`);
  } catch (error) {
    throw new UnwritableResult(outputText(globals.output, codeOf(error)), exitOf(codeOf(error)));
  }
}

/** Asked before anything runs: a scan of an hour must not end at a directory that does not exist. */
export function checkOutput(io: CommandIo, globals: GlobalOptions): void {
  if (globals.output === undefined) return;
  const file = resolve(io.cwd, globals.output);
  const problem = obstacle(file);
  if (problem !== null) throw new UnwritableResult(outputText(globals.output, problem), exitOf(problem));
}

function obstacle(file: string): string | null {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) return "EISDIR";
    accessSync(found === undefined ? dirname(file) : file, constants.W_OK);
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

/** Why standard output took no more; null when its reader left early (`tripline … | head`): that is no failure. */
export function unwritableStream(error: Error): { readonly message: string; readonly exit: number } | null {
  const code = codeOf(error);
  if (code === "EPIPE") return null;
  const what = `tripline: standard output cannot be written: ${WORDS[code] ?? code} (${code})`;
  const message = `${what}\n  effect  The result is not complete.\n  fix     Make room or name a file with --output.\n`;
  return { message, exit: EXIT.outputUnreachable };
}

const WORDS: Readonly<Record<string, string>> = {
  EISDIR: "it is a directory",
  ENOENT: "its directory does not exist",
  ENOTDIR: "its directory is a file",
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left",
};

function outputText(file: string, code: string): string {
  const what = `tripline: ${file} cannot be written: ${WORDS[code] ?? code} (${code})`;
  return `${what}\n  effect  The result is not there.\n  fix     Name another file with --output, or leave it out for standard output.`;
}

/** A wrong path is a wrong call; a right that is missing is 77; a disk that fails is an output out of reach. */
function exitOf(code: string): number {
  if (code === "EISDIR" || code === "ENOENT" || code === "ENOTDIR") return EXIT.usage;
  return code === "EACCES" || code === "EPERM" || code === "EROFS" ? EXIT.noPermission : EXIT.outputUnreachable;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
