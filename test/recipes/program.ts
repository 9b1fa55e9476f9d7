import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type HostSpec, nmapXml } from "../support/nmap-xml.ts";
import { openState } from "../support/runtime.ts";
import { tempDir } from "../support/temp-dir.ts";
import { apply } from "./apply.ts";
import { readRecipe } from "./page.ts";
import { scratchCopy } from "./scratch.ts";

const ARGS = "nmap -sS -sV --script http-favicon,http-title -oX scan.xml 10.0.0.0/24";
const START = 1_763_629_200;

/** The program after somebody followed a page. */
export function programAfter(page: string): string {
  const copy = scratchCopy();
  apply(readRecipe(`docs/contributing/${page}.md`), copy);
  run(copy, ["scripts/generate-assets.ts"]);
  writeFileSync(join(copy, "tripline.yaml"), "segment: recorded\ntargets: [10.0.0.0/24]\n");
  return copy;
}

/** A scan of one host with one port as a file; `n` counts the scans, half an hour apart. */
export function recording(port: NonNullable<HostSpec["ports"]>[number], n: number): string {
  const start = START + n * 1800;
  const xml = nmapXml({ args: ARGS, start, finished: start + 60, hosts: [{ address: "10.0.0.1", ports: [port] }] });
  const file = join(tempDir(), `${n}.xml`);
  writeFileSync(file, xml);
  return file;
}

/** What a program of the copy prints. */
export function run(copy: string, args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: copy, encoding: "utf8", stdio: "pipe" });
}

/** What a command of the copy prints as JSON, on a state that the copy keeps. */
export function tripline(copy: string, ...args: readonly string[]): unknown {
  return JSON.parse(run(copy, ["src/main.ts", "--state", join(copy, "state"), "--format", "json", ...args]));
}

/** Bodies of the events of an action that wait in the copy's outbox. */
export async function eventsOf(copy: string, action: string) {
  const opened = openState(join(copy, "state"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const rows = await opened.value.outbox.readAfter(0, { maxRows: 1000, maxBytes: 1024 ** 3 });
  opened.value.close();
  return rows.map((row) => JSON.parse(row.body)).filter((body) => body.event.action === action);
}
