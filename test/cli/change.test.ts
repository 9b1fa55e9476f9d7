import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { directoryWith, run } from "./command-line.ts";

const CONFIG = `segment: office
targets: [127.0.0.0/28]
exclude: [127.0.0.9]
tags: [{ match: 127.0.0.1, tags: [web] }]
`;
const place = () => directoryWith({ "tripline.yaml": CONFIG });
const announce = (...more: readonly string[]) => ["change", "announce", ...more, "--by", "ops", "--ticket", "CHG-1"];
const ON = ["--host", "127.0.0.3", "--ports", "8443,9000-9010"];

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly ticket: string;
}

async function listed(directory: string): Promise<readonly Listed[]> {
  const { out } = await run(["change", "list", "--json"], directory);
  return JSON.parse(out);
}

describe("tripline change", () => {
  it("announces, lists and cancels, each with its audit event", async () => {
    const directory = place();
    expect(await run(announce(...ON, "--until", "4h"), directory)).toMatchObject({ code: 0 });
    const [made] = await listed(directory);
    expect(made).toMatchObject({ state: "announced", ticket: "CHG-1" });
    const cancel = ["change", "cancel", made?.id.slice(0, 8) ?? "", "--by", "ops"];
    expect((await run(cancel, directory)).code).toBe(0);
    expect((await listed(directory)).map(({ state }) => state)).toEqual(["cancelled"]);
    expect((await run(cancel, directory)).err).toContain("(TL467)");
  });

  it("is the same change when it is announced twice in the same words", async () => {
    const directory = place();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    for (const _ of [1, 2]) expect((await run(announce(...ON, "--until", until), directory)).code).toBe(0);
    expect(await listed(directory)).toHaveLength(1);
  });

  it("refuses what contradicts an earlier announcement of the ticket", async () => {
    const directory = place();
    await run(announce(...ON, "--until", "4h"), directory);
    const { code, err } = await run(announce(...ON, "--until", "5h"), directory);
    expect(code).toBe(2);
    expect(err).toContain("(TL463)");
  });

  it.each([
    ["a host outside the targets", ["--host", "10.0.0.3", "--ports", "80", "--until", "4h"], "(TL460)"],
    ["a host that is excluded", ["--host", "127.0.0.9", "--ports", "80", "--until", "4h"], "(TL460)"],
    ["a network wider than the targets", ["--network", "127.0.0.0/24", "--ports", "80", "--until", "4h"], "(TL460)"],
    ["a tag that nobody has", ["--group", "db", "--ports", "80", "--until", "4h"], "(TL460)"],
    ["an end in the past", [...ON, "--until", "2020-01-01"], "(TL461)"],
    ["an end before the beginning", [...ON, "--from", "3h", "--until", "2h"], "(TL461)"],
    ["more than seven days", [...ON, "--until", "8d"], "(TL462)"],
    ["a network without ports", ["--network", "127.0.0.0/28", "--until", "2h"], "--ports is needed"],
    ["no place", ["--ports", "80", "--until", "2h"], "at least one of --host"],
    ["ports that are none", ["--host", "127.0.0.3", "--ports", "99999", "--until", "2h"], '"99999"'],
    ["a time that is none", [...ON, "--until", "soon"], '"soon"'],
  ])("refuses %s, says why and changes nothing", async (_, words, expected) => {
    const directory = place();
    const { code, err } = await run(announce(...words), directory);
    expect(code).toBe(2);
    expect(err).toContain(expected);
  });
});

describeWith(installedNmap(), "a single scan", () => {
  it("reads the folder of announcements first, and goes on whatever is in it", async () => {
    const config =
      "segment: office\ntargets: [127.0.0.3]\nports: [8443]\nos_detection: false\nchanges: { dir: changes }\n";
    const directory = directoryWith({ "tripline.yaml": config });
    mkdirSync(join(directory, "changes"), { mode: 0o700 });
    const drop = (name: string, text: string) => writeFileSync(join(directory, "changes", name), text, { mode: 0o600 });
    drop("good.yaml", "hosts: [127.0.0.3]\nports: [8443]\nuntil: 4h\nby: deploy\nticket: CHG-8\n");
    drop("bad.yaml", "hosts: [");
    const { code, err } = await run(["scan"], directory);
    expect([0, 3]).toContain(code);
    expect(err).toContain("bad.yaml");
    expect(err).toContain("TL466");
    expect(await listed(directory)).toMatchObject([{ state: "announced", ticket: "CHG-8" }]);
  });
});
