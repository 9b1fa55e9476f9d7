import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { type HostSpec, nmapXml } from "../support/nmap-xml.ts";
import { openState } from "../support/runtime.ts";
import { tempDir, tempDirOfMadeUpEvents } from "../support/temp-dir.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const ARGS = "nmap -sS -sV --script redis-auth,http-title -oX scan.xml 10.0.0.0/24";
const START = 1_763_629_200;
const PARTS = ["src", "scripts", "bin", "rules", "nse-scripts", "config", "docs", "package.json", "tsconfig.json"];

/** The program in a directory of its own, where a change can be tried. Its events may break the contract of this tree. */
export function copyOfProgram(): string {
  const copy = path.join(tempDirOfMadeUpEvents(), "copy");
  mkdirSync(copy);
  for (const part of [...PARTS, "tsconfig.build.json"]) {
    cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
  }
  for (const part of ["node_modules", "test"]) symlinkSync(path.join(ROOT, part), path.join(copy, part));
  writeFileSync(path.join(copy, "tripline.yaml"), "segment: recorded\ntargets: [10.0.0.0/24]\n");
  return copy;
}

/** Writes `to` in the place of a text that the file has. */
export function edit(copy: string, file: string, ...[from, to]: readonly [from: string, to: string]): void {
  const full = path.join(copy, file);
  const text = readFileSync(full, "utf8");
  expect(text, file).toContain(from);
  writeFileSync(
    full,
    text.replace(from, () => to),
  );
}

/** A scan of one host with one port as a file; `n` counts the scans, half an hour apart. */
export function recording(port: NonNullable<HostSpec["ports"]>[number], n: number): string {
  const start = START + n * 1800;
  const xml = nmapXml({ args: ARGS, start, finished: start + 60, hosts: [{ address: "10.0.0.1", ports: [port] }] });
  const file = path.join(tempDir(), `${n}.xml`);
  writeFileSync(file, xml);
  return file;
}

/** What a program of the copy prints. */
export function run(copy: string, args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: copy, encoding: "utf8", stdio: "pipe" });
}

/** What a command of the copy prints as JSON. */
export function tripline(copy: string, args: readonly string[]): unknown {
  return JSON.parse(run(copy, ["src/main.ts", "--state", path.join(copy, "state"), "--format", "json", ...args]));
}

/** Bodies of the events of an action that wait in the copy's outbox. */
export async function eventsOf(copy: string, action: string) {
  const opened = openState(path.join(copy, "state"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const rows = await opened.value.outbox.readAfter(0, { maxRows: 1000, maxBytes: 1024 ** 3 });
  opened.value.close();
  return rows.map((row) => JSON.parse(row.body)).filter((body) => body.event.action === action);
}
