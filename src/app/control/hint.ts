import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeFileDurably } from "../../lib/files.ts";

/** What a running agent leaves in its state for those who look for its socket. */
const HINT = z.object({
  pid: z.int().positive(),
  /** Null: there is none, and why. */
  socket: z.string().nullable(),
  reason: z.string().nullable(),
});

export type ControlHint = Readonly<z.infer<typeof HINT>>;

export function writeHint(stateDirectory: string, hint: ControlHint): void {
  writeFileDurably(hintPath(stateDirectory), JSON.stringify(hint));
}

export function removeHint(stateDirectory: string): void {
  rmSync(hintPath(stateDirectory), { force: true });
}

/** Null: an older agent, or a state that this user may not look into. */
export function readHint(stateDirectory: string): ControlHint | null {
  try {
    return HINT.parse(JSON.parse(readFileSync(hintPath(stateDirectory), "utf8")));
  } catch {
    return null;
  }
}

function hintPath(stateDirectory: string): string {
  return join(stateDirectory, "work", "control.json");
}
