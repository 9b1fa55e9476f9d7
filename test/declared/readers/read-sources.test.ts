import { closeSync, ftruncateSync, openSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inventory } from "../../../src/declared/readers/inventory/read.ts";
import { readSources } from "../../../src/declared/readers/read-sources.ts";
import { READERS } from "../../../src/declared/readers/registry.ts";
import type { SourceSetting } from "../../../src/declared/readers/source-settings.ts";
import type { DeclaredState } from "../../../src/domain/declaration.ts";
import { tempDir } from "../../support/temp-dir.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 15);
const INVENTORY = { reader: inventory, options: {}, pattern: "inv.csv", completeFor: [], maxAgeMs: null };
const HEAD = "host,port,proto,service,expires\n";

function source(body: string | Uint8Array, more: Partial<SourceSetting> = {}) {
  const directory = tempDir();
  writeFileSync(join(directory, "inv.csv"), body);
  const setting = { ...INVENTORY, directory, ...more };
  return {
    path: join(directory, "inv.csv"),
    read: () => readSources([setting], { readers: READERS, now: NOW, previous: null }),
  };
}

describe("warnings of a source", () => {
  it.each([
    ["10.0.0.1,22,tcp,ssh,\n10.0.0.1,22,tcp,ssh,", ["inv.csv:3:1  declares the same as line 2"]],
    ["10.0.0.1,22,tcp,ssh,\n10.0.0.1,20-25,tcp,,", ["inv.csv:3:1  declares ports that line 2 declares too"]],
    [
      "10.0.0.1,80,tcp,http,\n10.0.0.1,80,tcp,https,",
      ["inv.csv:3:1  declares ports that line 2 declares too, as another service: https, there http"],
    ],
    ["10.0.0.1,53,tcp,,\n10.0.0.1,53,udp,,\n10.0.0.2,53,tcp,,", []],
    ["10.0.0.1,20-29,tcp,,\n10.0.0.1,30-39,tcp,,", []],
    [
      "10.0.0.1,22,tcp,ssh,\n10.0.0.1,22,tcp,ssh,\n10.0.0.1,22,tcp,ssh,",
      ["inv.csv:3:1  declares the same as line 2", "inv.csv:4:1  declares the same as line 3"],
    ],
    ["10.0.0.1,80,tcp,http,\n10.0.0.1,80,tcp,,", ["inv.csv:3:1  declares the same as line 2"]],
    ["10.0.0.1,22,tcp,ssh,2026-01-15", ["inv.csv:2:1  expired on 2026-01-15: it no longer declares anything"]],
    ["10.0.0.1,22,tcp,ssh,2026-01-16", []],
  ])("%j", async (rows, notes) => {
    const state = await source(`${HEAD}${rows}\n`).read();
    expect(state.sources[0]).toMatchObject({ state: "read", notes });
  });

  it("are bounded", async () => {
    const { sources } = await source(`${HEAD}${"10.0.0.1,22,tcp,ssh,\n".repeat(300)}`).read();
    const [read] = sources;
    expect(read?.notes).toHaveLength(51);
    expect(read?.notes.at(-1)).toBe("249 more warnings like these");
  });
});

describe("a source that cannot be used as it is", () => {
  it("is stale but in force when it is older than its max_age", async () => {
    const old = source(`${HEAD}10.0.0.1,22,tcp,ssh,\n`, { maxAgeMs: DAY });
    utimesSync(old.path, (NOW - 3 * DAY) / 1000, (NOW - 3 * DAY) / 1000);
    const state = await old.read();
    expect(state.sources[0]).toMatchObject({
      state: "stale",
      notes: ["inv.csv: last changed 3d 0h ago; max_age is 1d 0h"],
    });
    expect(state.declarations[0]?.sources[0]).toMatchObject({ stale: true, line: 2 });
  });

  it("is fresh until it is older than its max_age, and without one for ever", async () => {
    const stateOf = async (age: number, maxAgeMs: number | null) => {
      const old = source(`${HEAD}10.0.0.1,22,tcp,ssh,\n`, { maxAgeMs });
      utimesSync(old.path, (NOW - age) / 1000, (NOW - age) / 1000);
      return (await old.read()).sources[0]?.state;
    };
    expect([await stateOf(DAY, DAY), await stateOf(DAY + 1000, DAY), await stateOf(900 * DAY, null)]).toEqual([
      "read",
      "stale",
      "read",
    ]);
  });

  it("is unreadable beyond the size cap", async () => {
    const big = source("");
    const file = openSync(big.path, "w");
    ftruncateSync(file, 64 * 1024 ** 2 + 1);
    closeSync(file);
    expect((await big.read()).sources[0]).toMatchObject({
      state: "unreadable",
      notes: ["inv.csv: 67108865 bytes; at most 67108864 are read"],
    });
  });

  it.each([
    ["in Latin-1", Buffer.from("host,port\n\xe4.example,22\n", "latin1"), "iconv -f WINDOWS-1252 -t UTF-8"],
    ["in UTF-16 as Excel writes it", Buffer.from(`\ufeff${HEAD}`, "utf16le"), "iconv -f UTF-16 -t UTF-8"],
    ["in UTF-16 without a mark", Buffer.from(HEAD, "utf16le"), "iconv -f UTF-16LE -t UTF-8"],
    ["in UTF-16, big-endian, without a mark", Buffer.from(HEAD, "utf16le").swap16(), "iconv -f UTF-16BE -t UTF-8"],
    ["as a program", readFileSync(process.execPath).subarray(0, 4096), "a Terraform plan must be exported as text"],
  ])("is unreadable %s, with the way out", async (_, bytes, wayOut) => {
    const { sources } = await source(bytes).read();
    expect(sources[0]).toMatchObject({ state: "unreadable", notes: [expect.stringContaining(wayOut)] });
  });

  it("never quotes what stands in a file that is no inventory", async () => {
    const { sources } = await source('{ "format_version": "1.0", "password": "hunter2" }').read();
    const [read] = sources;
    expect(read?.state).toBe("unreadable");
    expect(read?.notes.join("\n")).not.toContain("hunter2");
  });
});

describe("a source that breaks", () => {
  it.each([
    ["is gone", null],
    ["is empty", ""],
    ["lost more than half of its rows", `${HEAD}10.0.0.1,22,tcp,,\n`],
  ])("keeps its last good state when it %s", async (_, text) => {
    const directory = tempDir();
    const setting = { ...INVENTORY, directory };
    writeFileSync(join(directory, "inv.csv"), `${HEAD}${[1, 2, 3, 4].map((i) => `10.0.0.${i},22,tcp,,`).join("\n")}\n`);
    const good: DeclaredState = await readSources([setting], { readers: READERS, now: 1, previous: null });
    const broken = text === null ? { ...setting, directory: tempDir() } : setting;
    if (text !== null) writeFileSync(join(directory, "inv.csv"), text);
    const after = await readSources([broken], { readers: READERS, now: 2, previous: good });
    expect(after.sources[0]?.state).toBe("stale");
    expect(after.declarations).toHaveLength(4);
  });
});

describe("several sources", () => {
  it("stand in the order of the configuration, those of a pattern by name; one meaning in several is one record", async () => {
    const directory = tempDir();
    const write = (file: string, host: string) => writeFileSync(join(directory, file), `${HEAD}${host},22,tcp,,\n`);
    write("z.csv", "10.0.0.9");
    write("b.csv", "10.0.0.1");
    write("a.csv", "10.0.0.1");
    const settings = ["z.csv", "[ab].csv"].map((pattern) => ({ ...INVENTORY, directory, pattern }));
    const state = await readSources(settings, { readers: READERS, now: NOW, previous: null });
    expect(state.sources.map(({ file, entries }) => `${file} ${entries}`)).toEqual(["z.csv 1", "a.csv 1", "b.csv 1"]);
    const places = state.declarations.map(
      ({ owner, sources }) => `${owner.address} ${sources.map(({ file }) => file).join(" ")}`,
    );
    expect(places.toSorted()).toEqual(["10.0.0.1:22/tcp a.csv b.csv", "10.0.0.9:22/tcp z.csv"]);
    const turned = await readSources(settings.toReversed(), { readers: READERS, now: NOW, previous: null });
    expect(turned.declarations).toEqual(state.declarations);
  });

  it("of which one is broken: the others are read, and it costs only its own rows", async () => {
    const directory = tempDir();
    writeFileSync(join(directory, "a.csv"), `${HEAD}10.0.0.1,22,tcp,,\n`);
    writeFileSync(join(directory, "b.csv"), `${HEAD}10.0.0.2,22,tcp,,\n`);
    const settings = ["a.csv", "b.csv"].map((pattern) => ({ ...INVENTORY, directory, pattern }));
    const good = await readSources(settings, { readers: READERS, now: 1, previous: null });
    writeFileSync(join(directory, "a.csv"), "garbage");
    writeFileSync(join(directory, "b.csv"), `${HEAD}10.0.0.3,22,tcp,,\n`);
    const after = await readSources(settings, { readers: READERS, now: 2, previous: good });
    expect(after.sources.map(({ file, state }) => `${file} ${state}`)).toEqual(["a.csv stale", "b.csv read"]);
    expect(after.declarations.map(({ owner }) => owner.address).toSorted()).toEqual([
      "10.0.0.1:22/tcp",
      "10.0.0.3:22/tcp",
    ]);
    const first = await readSources(settings, { readers: READERS, now: 2, previous: null });
    expect(first.sources.map(({ file, state }) => `${file} ${state}`)).toEqual(["a.csv unreadable", "b.csv read"]);
  });

  it("what expired declares nothing, but its file still has that row", async () => {
    const state = await source(`${HEAD}10.0.0.1,22,tcp,,2026-01-15\n10.0.0.1,23,tcp,,2026-01-16\n`).read();
    expect(state.declarations.map(({ portFrom }) => portFrom)).toEqual([23]);
    expect(state.sources[0]?.entries).toBe(2);
  });
});
