import { rmdirSync } from "node:fs";
import { onTestFinished } from "vitest";
import { type Available, missing } from "./availability.ts";
import { isRoot } from "./cache.ts";
import { runCommand } from "./command.ts";
import { newTempDir } from "./temp-dir.ts";

export interface SmallDisk {
  /** Mounts a memory file system of that size; unmounted when the running test ends. */
  readonly mount: (bytes: number) => Promise<Volume>;
}

export interface Volume {
  readonly path: string;
  readonly remount: (options: "ro" | "rw") => Promise<void>;
}

/** Volumes that a test may fill or make read-only: only root can mount. */
export async function smallDisk(): Promise<Available<SmallDisk>> {
  if (!isRoot()) return missing("a small volume needs root", "run the tests as root");
  const probe = newTempDir();
  const mounted = await runCommand("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", probe], ".");
  if (!mounted.ok) return missing("this machine does not let root mount a tmpfs", "run the tests outside a container");
  await runCommand("umount", [probe], ".");
  rmdirSync(probe);
  return { ok: true, mount };
}

const mount: SmallDisk["mount"] = async (bytes) => {
  const path = newTempDir();
  await insist(["mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path]);
  onTestFinished(async () => {
    await insist(["umount", path]);
    rmdirSync(path);
  });
  return { path, remount: (options) => insist(["mount", "-o", `remount,${options}`, path]) };
};

async function insist([command = "", ...args]: readonly string[]): Promise<void> {
  const result = await runCommand(command, args, ".");
  if (!result.ok) throw new Error(`${command} ${args.join(" ")}: ${result.output}`);
}
