import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { takeAnnouncements } from "../../src/app/operations/drop-folder.ts";
import type { Desk } from "../../src/app/operations/operation.ts";
import { parseConfig } from "../support/configuration.ts";
import { openState, siteOf } from "../support/runtime.ts";
import { tempDir } from "../support/temp-dir.ts";

interface Place {
  readonly desk: Desk;
  readonly drop: (name: string, text: string, mode?: number) => string;
  readonly tickets: () => Promise<readonly string[]>;
}

function place(): Place {
  const directory = tempDir();
  const folder = join(directory, "changes");
  mkdirSync(folder, { mode: 0o700 });
  const text = "segment: ops\ntargets: [10.0.0.0/24]\nchanges: { dir: changes }\n";
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  const state = join(directory, "state");
  const store = openState(state, "write");
  if (!store.ok) throw new Error(store.error.what);
  return {
    desk: { ...siteOf(loaded.value, state), store: store.value },
    drop: (name, content, mode = 0o600) => {
      const file = join(folder, name);
      writeFileSync(file, content);
      chmodSync(file, mode);
      return file;
    },
    tickets: async () => (await store.value.cycles.loadChanges("ops")).map(({ ticket }) => ticket),
  };
}

const written = (ticket: string, more = "until: 4h\n") =>
  `hosts: [10.0.0.5]\nports: [8443, 9000-9010]\nby: pipeline\nticket: ${ticket}\n${more}`;

describe("the folder of announcements", () => {
  it("is read once for each content, and its files stay", async () => {
    const { desk, drop, tickets } = place();
    const file = drop("a.yaml", written("C1"));
    drop("b.json", JSON.stringify({ hosts: ["10.0.0.6"], ports: [80], until: "2h", by: "p", ticket: "C2" }));
    expect(await takeAnnouncements(desk)).toEqual([]);
    expect([...(await tickets())].sort()).toEqual(["C1", "C2"]);
    expect(await takeAnnouncements(desk)).toEqual([]);
    expect(await tickets()).toHaveLength(2);
    expect(existsSync(file)).toBe(true);
  });

  it.each([
    ["a mode that lets others write", written("C1"), 0o666, { code: "TL465", line: null }],
    ["no YAML", "hosts: [", 0o600, { code: "TL466", line: 1 }],
    ["a key that nobody knows", written("C1", "until: 4h\nport: 80\n"), 0o600, { code: "TL466" }],
    ["a port that is none", written("C1").replace("8443", "99999"), 0o600, { code: "TL466" }],
    ["a host outside the targets", written("C1").replace("10.0.0.5", "10.9.0.5"), 0o600, { code: "TL460", line: 1 }],
    ["more than seven days", written("C1", "until: 8d\n"), 0o600, { code: "TL462" }],
  ])("refuses a file with %s, names it once and reads the others", async (_, text, mode, expected) => {
    const { desk, drop, tickets } = place();
    const file = drop("a.yaml", text, mode);
    drop("b.yaml", written("C2"));
    expect(await takeAnnouncements(desk)).toMatchObject([{ file, ...expected }]);
    expect(await takeAnnouncements(desk)).toEqual([]);
    expect(await tickets()).toEqual(["C2"]);
  });

  it.each([
    ["a misspelt key", written("C1", "untill: 4h\n"), 5, 'untill: unknown key (did you mean "until"?)'],
    ["a missing key", written("C1", ""), 1, "until: is required and missing"],
    [
      "one host where a list is meant",
      written("C1").replace("[10.0.0.5]", "10.0.0.5"),
      1,
      "hosts: must be a list, not",
    ],
    [
      "a group where a name is meant",
      written("C1").replace("[10.0.0.5]", "[{ a: 1 }]"),
      1,
      "hosts.0: must be text or a",
    ],
    ["a ticket that is a list", written("[C1]"), 4, "ticket: must be text or a number, not a list"],
    ["an empty ticket", written('""'), 1, "ticket: must not be empty"],
    ["nothing in it", "", 1, "must be a group of keys, not empty"],
    [
      "a mistake in the second announcement",
      "- { hosts: [10.0.0.5] }\n- 5\n",
      2,
      "must be a group of keys, not a number",
    ],
    ["UTF-16", Buffer.from("\ufeffhosts: [10.0.0.5]\n", "utf16le").toString(), 1, "this is UTF-16, not UTF-8 text"],
  ])("says of a file with %s where and what to write", async (_, text, line, reason) => {
    const { desk, drop } = place();
    drop("a.yaml", text);
    const refused = await takeAnnouncements(desk);
    expect(refused).toContainEqual(
      expect.objectContaining({ code: "TL466", line, reason: expect.stringContaining(reason) }),
    );
    expect(refused.map((one) => one.reason).join("\n")).not.toMatch(/invalid|expected|received|unrecognized/i);
  });

  it("refuses a symbolic link", async () => {
    const { desk, drop, tickets } = place();
    const file = drop("a.txt", written("C1"));
    symlinkSync(file, file.replace(".txt", ".yaml"));
    expect(await takeAnnouncements(desk)).toMatchObject([{ code: "TL465", reason: "it is a symbolic link" }]);
    expect(await tickets()).toEqual([]);
  });

  it("is read again after the clock went back and was set right", async () => {
    const { desk, drop, tickets } = place();
    drop("a.yaml", written("C1"));
    await takeAnnouncements(desk);
    const file = drop("b.yaml", written("C2"));
    const back = { ...desk.runtime.clock, now: () => desk.runtime.clock.now() - 86_400_000 };
    const early = { ...desk, runtime: { ...desk.runtime, clock: back } };
    for (const _ of [1, 2]) expect(await takeAnnouncements(early)).toMatchObject([{ file, code: "TL464" }]);
    expect(await takeAnnouncements(desk)).toEqual([]);
    expect([...(await tickets())].sort()).toEqual(["C1", "C2"]);
  });

  it("says nothing about what is over", async () => {
    const { desk, drop, tickets } = place();
    drop("a.yaml", written("C1", 'until: "2020-01-01"\n'));
    expect(await takeAnnouncements(desk)).toEqual([]);
    expect(await tickets()).toEqual([]);
  });
});
