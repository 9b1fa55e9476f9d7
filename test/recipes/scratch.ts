import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, runCommand } from "../support/command.ts";
import { tempDirOfMadeUpEvents } from "../support/temp-dir.ts";

const ROOT = join(import.meta.dirname, "../..");
/** What types, tests and generated files need of the repository. */
const COPIED = ["src", "test", "bench", "scripts", "rules", "config", "docs", "nse-scripts", "bin", ".ci"];
const FILES = ["package.json", "package-lock.json", "tsconfig.json", "vitest.config.ts", "README.md", "CHANGELOG.md"];

/** A copy of the project to try a change on, until the test ends. Its events may not be in the contract of this tree. */
export function scratchCopy(): string {
  const copy = join(tempDirOfMadeUpEvents(), "copy");
  for (const name of [...COPIED, ...FILES]) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  for (const name of ["node_modules", "tools"]) symlinkSync(join(ROOT, name), join(copy, name));
  return copy;
}

/** Runs a program of node_modules, or a script of the copy, with this Node.js. */
export function inCopy(copy: string, program: string, ...args: readonly string[]): Promise<CommandResult> {
  return runCommand(process.execPath, [join(copy, program), ...args], copy);
}
