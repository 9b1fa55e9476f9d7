import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openState } from "../support/runtime.ts";
import { describeWith, missing } from "../support/availability.ts";
import { nmapXml } from "../support/nmap-xml.ts";
import { directoryWith, run } from "./command-line.ts";

const CONFIG = "segment: office\ntargets: [10.0.0.0/24]\n";
const RECORDED = ["scan", "--from-xml", "one.xml", "-c", "tripline.yaml"];

/** A state whose database was overwritten at its beginning. */
async function damaged(): Promise<string> {
  const one = nmapXml({ hosts: [{ address: "10.0.0.5", ports: [{ port: 22 }] }] });
  const directory = directoryWith({ "tripline.yaml": CONFIG, "one.xml": one });
  expect(await run(RECORDED, directory)).toMatchObject({ code: 0 });
  const file = join(directory, ".tripline", "tripline.db");
  writeFileSync(file, readFileSync(file).fill("x", 0, 100));
  return directory;
}

async function actions(directory: string): Promise<readonly unknown[]> {
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const rows = await opened.value.outbox.readAfter(0, { maxRows: 1000, maxBytes: 1e9 });
  opened.value.close();
  return rows.map((row) => JSON.parse(row.body).event.action);
}

function setAside(directory: string): readonly string[] {
  return readdirSync(join(directory, ".tripline")).filter((name) => name.startsWith("corrupt-"));
}

describe("a damaged state", () => {
  it.each([
    ["a scan", RECORDED],
    ["an operator's command", ["baseline", "learn", "--reason", "r", "--by", "b", "-c", "tripline.yaml"]],
  ])("is set aside by %s, which says so and leaves the event (both happened without a word)", async (_, args) => {
    const directory = await damaged();
    const { err } = await run(args, directory);
    expect(err).toMatch(/The store was damaged and set aside in .*learning starts again.*\(TL421\)/);
    expect(await actions(directory)).toContain("store-reset");
    expect(setAside(directory)).toHaveLength(1);
  });

  it("is left as it is by whoever only looks (doctor set it aside and told nobody)", async () => {
    const directory = await damaged();
    for (const command of ["doctor", "status", "anomalies list"]) {
      const { out, err } = await run([...command.split(" "), "-c", "tripline.yaml"], directory);
      expect([command, `${out}${err}`]).toEqual([command, expect.stringContaining("TL411")]);
    }
    expect(setAside(directory)).toEqual([]);
    // The net of the temporary directory cannot read a damaged file: somebody has to write first.
    await run(RECORDED, directory);
  });
});

const root =
  process.getuid?.() === 0 ? { ok: true as const } : missing("only root can give a directory away", "run as root");

describeWith(root, "the state of another user", () => {
  it.each(["scan", "run --no-web", "baseline learn --reason r --by b"])(
    "is refused to %s with 77, both users and the way out",
    async (command) => {
      const directory = directoryWith({ "tripline.yaml": CONFIG });
      const state = join(directory, ".tripline");
      mkdirSync(state, { mode: 0o700 });
      writeFileSync(join(state, "note"), "");
      chownSync(state, 65_534, 65_534);
      const { code, err } = await run([...command.split(" "), "-c", "tripline.yaml"], directory);
      expect(code).toBe(77);
      expect(err).toMatch(
        /belongs to user 65534, this process runs as user 0 \(TL401\)[^]*effect[^]*fix +run as user 65534/,
      );
      expect(readdirSync(state)).toEqual(["note"]);
    },
  );
});
