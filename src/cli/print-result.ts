import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { EXIT } from "./exit-codes.ts";
import type { View } from "../report/model/view.ts";
import { type Renderer, rendererFor } from "../report/registry.ts";
import type { TextDocument } from "../report/text/document.ts";
import { type CommandIo, complain, type GlobalOptions, say } from "./io.ts";
import { layOut } from "./terminal/layout.ts";
import { errorPageOf, pageOf } from "./terminal/page.ts";

/** The result could not be written where the user wants it; nothing else went wrong. */
export class UnwritableResult extends Error {
  readonly exit: number;
  constructor(message: string, exit: number) {
    super(message);
    this.exit = exit;
  }
}

/** What only the command line has to say (its own configuration, its set-up): data for programs, text for people. */
export interface CommandResult {
  readonly data: unknown;
  readonly text: () => TextDocument;
}

/** `--json`, `--format json`, or an output file that is named so. */
export function wantsJson(globals: GlobalOptions): boolean {
  return rendererOf(globals).names[0] === "json";
}

function rendererOf({ json, format, output }: GlobalOptions): Renderer {
  return rendererFor(json === true ? "json" : (format ?? null), output ?? null);
}

/** What an operation found out, by the renderer that was asked for: to `--output FILE`, else to standard output. */
export function printView(io: CommandIo, globals: GlobalOptions, view: View): void {
  const made = rendererOf(globals).render(view);
  print(io, globals, typeof made === "string" ? made : layOut(made, pageOf(io, globals)));
}

export function printResult(io: CommandIo, globals: GlobalOptions, { data, text }: CommandResult): void {
  print(io, globals, wantsJson(globals) ? JSON.stringify(data, null, 2) : layOut(text(), pageOf(io, globals)));
}

/** What goes to standard error: laid out for it, and nothing for an empty document. */
export function complainOf(io: CommandIo, document: TextDocument): void {
  if (document.length > 0) complain(io, layOut(document, errorPageOf(io)));
}

function print(io: CommandIo, globals: GlobalOptions, text: string): void {
  if (globals.output === undefined) return say(io, text);
  try {
    const shown = io.hide?.(text) ?? text;
    writeFileSync(resolve(io.cwd, globals.output), shown.endsWith("\n") ? shown : `${shown}\n`);
  } catch (error) {
    throw unwritable(globals.output, error);
  }
}

/** Why a file that was named with an option takes no result. */
export function unwritable(file: string, error: unknown): UnwritableResult {
  return new UnwritableResult(outputText(file, codeOf(error)), exitOf(codeOf(error)));
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

/** Why standard output took no more; null when its reader left early (`tripline … | head`): that is not a failure. */
export function unwritableStream(error: Error): { readonly message: string; readonly exit: number } | null {
  const code = codeOf(error);
  if (code === "EPIPE") return null;
  const what = `tripline: standard output cannot be written: ${WORDS[code] ?? code} (${code})`;
  const message = `${what}\n  effect  The result is not complete.\n  fix     Free space, or name a file with --output.\n`;
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
  return `${what}\n  effect  No result was written.\n  fix     Name another file with --output, or leave it out for standard output.`;
}

/** A wrong path is a wrong call; a right that is missing is 77; a disk that fails is an output out of reach. */
function exitOf(code: string): number {
  if (code === "EISDIR" || code === "ENOENT" || code === "ENOTDIR") return EXIT.usage;
  return code === "EACCES" || code === "EPERM" || code === "EROFS" ? EXIT.noPermission : EXIT.outputUnreachable;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
