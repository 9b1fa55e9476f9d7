import path from "node:path";
import { type Available, type Missing, missing } from "./availability.ts";
import { cached, isRoot } from "./cache.ts";
import { lastLines, runCommand } from "./command.ts";

export interface Promtool {
  readonly program: string;
}

/** The one on PATH, else that of the distribution's package, unpacked and never installed: no service starts. */
export async function promtool(): Promise<Available<Promtool>> {
  if ((await runCommand("promtool", ["--version"], ".")).ok) return { ok: true, program: "promtool" };
  const home = await cached("promtool", unpack);
  return typeof home === "string" ? { ok: true, program: path.join(home, "usr/bin/promtool") } : home;
}

async function unpack(dir: string): Promise<Missing | undefined> {
  const first = await download(dir);
  if (!first.ok && isRoot()) await runCommand("apt-get", ["update", "-qq"], dir);
  const { ok, output } = first.ok ? first : await download(dir);
  if (!ok)
    return missing(`promtool is not installed and cannot be fetched (${lastLines(output)})`, "install prometheus");
  const done = await runCommand("sh", ["-c", "dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb"], dir);
  return done.ok
    ? undefined
    : missing(`the package of promtool cannot be unpacked (${lastLines(done.output)})`, "repeat");
}

function download(dir: string) {
  return runCommand("apt-get", ["download", "-qq", "prometheus"], dir);
}
