import path from "node:path";
import { findExecutable, type ProcessResult, runProcess } from "../../src/lib/child-process.ts";
import { type Available, missing, orFailWhereRequired } from "../support/availability.ts";
import { PATIENCE_MS } from "../support/patience.ts";

export const NSE_DIR = path.resolve("nse-scripts");

/** The installed nmap, or the way to get it. */
export function installedNmap(): Available<{ readonly path: string }> {
  const found = findExecutable("nmap");
  return orFailWhereRequired(
    found === null ? missing("nmap is not installed", "apt-get install nmap") : { ok: true, path: found },
  );
}

export function runNmap(file: string, args: readonly string[]): Promise<ProcessResult> {
  return runProcess({
    file,
    args: ["--noninteractive", "--datadir", NSE_DIR, ...args],
    cwd: "/",
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C", HOME: "/nonexistent" },
    deadlineMs: PATIENCE_MS / 4,
    outputCapBytes: 1024 * 1024,
  });
}

/** Runs one of our scripts against one port without version detection; the result element as XML text. */
export async function runScript(file: string, id: string, at: { address: string; port: number }): Promise<string> {
  const script = path.join(NSE_DIR, `${id}.nse`);
  const args = ["-n", "-Pn", "-sT", "-p", String(at.port), "--script", script, "-oX", "-", "--", at.address];
  const { stdout } = await runNmap(file, args);
  return new RegExp(`<script id="${id}"[^>]*>([\\s\\S]*?)</script>`).exec(stdout)?.[1] ?? "";
}
