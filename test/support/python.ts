import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { type Available, type Missing, missing } from "./availability.ts";
import { cached } from "./cache.ts";
import { lastLines, runCommand } from "./command.ts";

/** A Python with packages in an environment of its own; their programs are started as `python -m NAME`. */
export interface PythonTools {
  readonly python: string;
}

const PINNED = path.resolve(import.meta.dirname, "../../tools/python");
const LEAST = "import sys; sys.exit(sys.version_info < (3, 12))";

/** What `tools/python/<list>.txt` pins, with hashes, on a Python 3.12 or newer; installed at the first use. */
export async function pythonTools(list: string): Promise<Available<PythonTools>> {
  const python = await findPython();
  if (python === undefined) return missing("Python 3.12 or newer is not installed", "install it, with its venv module");
  const file = path.join(PINNED, `${list}.txt`);
  // The list is part of the name: after a change nobody meets the old packages.
  const hash = createHash("sha256").update(readFileSync(file)).update(python).digest("hex").slice(0, 8);
  const home = await cached(`python-${list}-${hash}`, (dir) => install(python, file, dir));
  return typeof home === "string" ? { ok: true, python: path.join(home, "bin/python") } : home;
}

/** What a machine calls `python3` may be older than what the packages need. */
async function findPython(): Promise<string | undefined> {
  const kept = globSync(path.join(homedir(), ".pyenv/versions/3.*/bin/python3"));
  for (const name of ["python3.14", "python3.13", "python3.12", "python3", ...kept])
    if ((await runCommand(name, ["-c", LEAST], ".")).ok) return name;
  return undefined;
}

async function install(python: string, file: string, dir: string): Promise<Missing | undefined> {
  const made = await runCommand(python, ["-m", "venv", dir], ".");
  if (!made.ok) return missing(`no environment could be made (${lastLines(made.output)})`, "install python3-venv");
  const pip = ["-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", file];
  const { ok, output } = await runCommand(path.join(dir, "bin/python"), pip, ".");
  return ok
    ? undefined
    : missing(`pip could not install ${file} (${lastLines(output)})`, "check the network and repeat");
}
