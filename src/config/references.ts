import { resolve } from "node:path";
import { inspect } from "node:util";
import { err, ok, type Result } from "../lib/result.ts";
import type { Environment } from "./environment.ts";
import { openText, readOwnFile } from "./own-file.ts";
import { MARK } from "./redact.ts";

/** A value that must not be printed: every way of turning it into text gives `[secret]`. */
export interface Secret {
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

export function secret(value: string): Secret {
  const hidden = () => MARK;
  const wrapped = { reveal: () => value, toString: hidden, toJSON: hidden };
  Object.defineProperty(wrapped, inspect.custom, { value: hidden, enumerable: false });
  return wrapped;
}

export type ReferenceProblem = { readonly message: string; readonly exit: 77 | 78 };

/**
 * `${env:NAME}` and `${file:PATH}`, whole values only: no shell, no nesting. Any other text is the value itself.
 * A secret file that others may read is refused (77), since a secret that others know is none.
 */
export function resolveReference(
  text: string,
  at: { readonly directory: string; readonly environment: Environment },
): Result<string, ReferenceProblem> {
  const match = /^\$\{(env|file):([^${}]+)\}$/.exec(text);
  const name = match?.[2];
  if (name === undefined) {
    return text.includes("${")
      ? err({
          message: `only whole-value references \${env:NAME} and \${file:PATH} exist; this is a "\${" with other text`,
          exit: 78,
        })
      : ok(text);
  }
  if (match?.[1] === "file") return readSecretFile(resolve(at.directory, name));
  const value = at.environment[name];
  return value === undefined || value === ""
    ? err({ message: `environment variable ${name} is not set; set it, or use \${file:PATH}`, exit: 78 })
    : ok(value);
}

export function isReference(text: string): boolean {
  return /^\$\{(env|file):[^${}]+\}$/.test(text);
}

function readSecretFile(path: string): Result<string, ReferenceProblem> {
  const read = readOwnFile(path, "any");
  if (read.ok && (read.value.stats.mode & 0o007) !== 0) {
    return err({ message: `secret file ${path} can be read by everybody; run chmod 600 ${path}`, exit: 77 });
  }
  if (read.ok) return ok(read.value.text.replace(/\r?\n$/, ""));
  const { error } = read;
  if (error.open !== null)
    return err({ message: `secret file ${path} ${openText(path, error.open)}; run ${error.open.fix}`, exit: 77 });
  const message = `secret file ${path} cannot be read (${error.code}); check the path and its owner`;
  return err({ message, exit: error.code === "EACCES" ? 77 : 78 });
}
