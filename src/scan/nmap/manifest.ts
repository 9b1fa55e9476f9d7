import { lstatSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { sha256Hex } from "../../lib/hash.ts";
import { err, ok, type Result } from "../../lib/result.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const scriptEntry = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,64}$/),
  /** `tripline`: our own file, hash pinned. `nmap`: the installed one, hash recorded at run time. */
  source: z.enum(["tripline", "nmap"]),
  sha256: sha256.optional(),
  schema: z.number().int().positive().optional(),
  categories: z.array(z.string()),
  requests: z.string(),
});
const manifestSchema = z.strictObject({
  scripts: z.array(scriptEntry),
  /** Further files nmap loads from our directory, by path relative to it. */
  files: z.array(z.strictObject({ file: z.string(), sha256 })),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** A script that may run now: its path for nmap and its hash for the comparability key. */
export interface AcceptedScript {
  readonly id: string;
  readonly path: string;
  readonly sha256: string;
}

export interface RejectedScript {
  readonly id: string;
  readonly reason: string;
}

export interface ScriptCheck {
  readonly accepted: readonly AcceptedScript[];
  readonly rejected: readonly RejectedScript[];
  /** Why no nmap may start with this directory at all; null = the allow-list and library are in effect. */
  readonly directoryProblem: string | null;
}

export interface ScriptFolders {
  /** Our `nse-scripts`, absolute. */
  readonly nseDir: string;
  /** Where nmap keeps its own data, absolute; null when it was not found. */
  readonly nmapDataDir: string | null;
}

/** Whatever the manifest says, these never run. */
const FORBIDDEN = ["dos", "exploit", "brute", "external"];

/** Reads `manifest.json`; the error is a sentence for the operator. */
export function readManifest(nseDir: string): Result<Manifest, string> {
  const file = path.join(nseDir, "manifest.json");
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    return parsed.success ? ok(parsed.data) : err(`${file}: ${z.prettifyError(parsed.error)}`);
  } catch (error) {
    return err(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Checks the data directory and the wanted scripts against the manifest, now: it is called before every nmap run.
 * A directory without our `script.db` makes nmap load all its version scripts silently, so that stops the run.
 */
export function checkScripts(ids: readonly string[], folders: ScriptFolders): ScriptCheck {
  const manifest = readManifest(folders.nseDir);
  if (!manifest.ok) return { accepted: [], rejected: rejectAll(ids, "no manifest"), directoryProblem: manifest.error };
  const damaged = manifest.value.files.flatMap(
    ({ file, sha256: hash }) => fileProblem(folders.nseDir, file, hash) ?? [],
  );
  const checks = ids.map((id) => ({ id, result: checkScript(id, manifest.value, folders) }));
  return {
    accepted: checks.flatMap(({ result }) => (result.ok ? [result.value] : [])),
    rejected: checks.flatMap(({ id, result }) => (result.ok ? [] : [{ id, reason: result.error }])),
    directoryProblem: damaged[0] ?? null,
  };
}

function checkScript(id: string, manifest: Manifest, folders: ScriptFolders): Result<AcceptedScript, string> {
  const entry = manifest.scripts.find((script) => script.id === id);
  if (entry === undefined) return err("not in the manifest");
  const forbidden = entry.categories.find((category) => FORBIDDEN.includes(category));
  if (forbidden !== undefined) return err(`category ${forbidden} never runs`);
  const folder = entry.source === "tripline" ? folders.nseDir : folders.nmapDataDir;
  if (folder === null) return err("nmap's own scripts were not found");
  const file = entry.source === "tripline" ? `${id}.nse` : path.join("scripts", `${id}.nse`);
  const problem = fileProblem(folder, file, entry.source === "tripline" ? (entry.sha256 ?? "none") : null);
  if (problem !== null) return err(problem);
  const full = path.join(folder, file);
  return ok({ id, path: full, sha256: sha256Hex(readFileSync(full)) });
}

/** A regular file, really inside the folder, with the expected hash (null = any); else the reason. */
function fileProblem(folder: string, file: string, expected: string | null): string | null {
  const full = path.join(folder, file);
  try {
    if (!lstatSync(full).isFile()) return `${full}: not a regular file`;
    const real = realpathSync(full);
    if (real !== path.join(realpathSync(folder), file)) return `${full}: leads out of its folder, to ${real}`;
    const actual = sha256Hex(readFileSync(full));
    return expected === null || actual === expected
      ? null
      : `${full}: SHA-256 is ${actual}, the manifest says ${expected}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function rejectAll(ids: readonly string[], reason: string): readonly RejectedScript[] {
  return ids.map((id) => ({ id, reason }));
}
