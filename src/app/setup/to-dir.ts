import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Chosen, SetupRefusal, SetupReport, SetupWork } from "../../domain/ports/setup.ts";
import { systemReason } from "../../lib/files.ts";
import { err, ok, type Result } from "../../lib/result.ts";

/** Files instead of calls; no server is asked. What was there under the same names is replaced. */
export function writeToDirectory(
  work: SetupWork,
  { directory, chosen }: { readonly directory: string; readonly chosen: Chosen },
): Result<SetupReport, SetupRefusal> {
  const made = filesOf(work, chosen);
  if (!made.ok) return made;
  try {
    for (const [name, text] of made.value.files) write(join(directory, name), text);
  } catch (error) {
    return err({ reason: "refused", text: systemReason(error), fix: "Name another folder with --to-dir." });
  }
  const steps = [...made.value.files.keys()].map((name) => ({
    what: [name],
    state: "written",
    trouble: null,
    difference: [],
    data: { file: join(directory, name), state: "written" },
  }));
  return ok({ steps, notes: made.value.notes, troubles: [], refusal: null });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

interface Files {
  readonly files: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

function filesOf(work: SetupWork, chosen: Chosen): Result<Files, SetupRefusal> {
  if (work.kind === "own") return ok({ files: work.files(chosen), notes: [] });
  const shipped = work.shipped(chosen);
  return shipped.ok ? ok({ files: work.files(shipped.value, chosen), notes: shipped.value.notes }) : shipped;
}
