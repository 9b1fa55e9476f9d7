import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryWith, run } from "./command-line.ts";

/** An nmap that would leave a mark. */
const MARKING = '#!/bin/sh\ntouch "$(dirname "$0")/was-started"\n';

function configured(text: string): string {
  const directory = directoryWith({ nmap: MARKING });
  writeFileSync(join(directory, "tripline.yaml"), `${text}\nnmap: { path: ${join(directory, "nmap")} }\n`);
  return directory;
}

/** Nothing beside what the test put there: no state, no output file, no nmap that ran. */
function untouched(directory: string): boolean {
  return readdirSync(directory).toSorted().join() === "nmap,tripline.yaml";
}

describe("a wrong configuration", () => {
  it.each(["scan", "run", "doctor", "status", "config validate"])(
    "keeps %s from doing anything: 78, every problem with its place, caret and suggestion",
    async (command) => {
      const directory = configured("segmnet: office\ntargets: [10.0.0.0/33]\npace: hasty");
      const { code, out, err } = await run([...command.split(" "), "-c", "tripline.yaml"], directory);
      expect(code).toBe(78);
      expect(out).toBe("");
      expect(err).toMatch(/tripline\.yaml:1:1[^]*segmnet[^]*\^[^]*did you mean "?segment/i);
      expect(err).toMatch(/tripline\.yaml:2:\d+/);
      expect(err).toMatch(/tripline\.yaml:3:\d+/);
      expect(untouched(directory)).toBe(true);
    },
  );

  it.each([
    ["broken YAML", "segment: [office"],
    ["an alias bomb", `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\nsegment: office`],
    ["an empty file", ""],
    ["a list", "- segment: office"],
    ["binary", "\u0000\u0001\u0002"],
    ["one endless line", "x".repeat(10_000)],
    ["meant for the terminal", 'segment: "\u001b[2J\u202eoffice"'],
  ])("that is %s is refused with 78 and its place", async (_, text) => {
    const directory = directoryWith({ "tripline.yaml": text });
    const { code, err } = await run(["scan", "-c", "tripline.yaml"], directory);
    expect(code).toBe(78);
    expect(err).toContain("tripline.yaml");
    expect(err).not.toMatch(/[\u0000-\u0008\u000e-\u001f]/);
    expect(Math.max(...err.split("\n").map((line) => line.length))).toBeLessThan(400);
  });

  it("that does not exist is refused with its path and what was sought", async () => {
    const { code, err } = await run(["scan", "-c", "nowhere.yaml"]);
    expect(code).toBe(78);
    expect(err).toContain("nowhere.yaml");
  });
});

describe("targets that look like options, or like more than they are", () => {
  const HOSTILE = [
    ["an output option", "-oN/x"],
    ["a script option", "--script=e.nse"],
    ["options behind a comma", "127.0.0.1,--script,x"],
    ["an input list", "-iL"],
    ["an option with a blank", "127.0.0.1 -oN owned"],
    ["a newline", "127.0.0.1\n-oN/x"],
    ["a NUL byte", "127.0.0.1\0"],
    ["Unicode digits", "１２７.0.0.1"],
    ["a hexadecimal short form", "0x7f.1"],
    ["an IPv4-mapped address", "::ffff:127.0.0.1"],
    ["everything", "0.0.0.0/0"],
    ["everything in IPv6", "::/0"],
  ] as const;

  it.each(
    HOSTILE.flatMap(([name, text]) =>
      (["targets", "exclude", "fragile"] as const).map((key) => [name, text, key] as const),
    ),
  )("%s (%j) as one of %s: 78 with the reason, and nmap is not started", async (_, text, key) => {
    const others = key === "targets" ? "" : "targets: [127.0.31.1]\n";
    const directory = configured(`segment: office\n${others}${key}: [${JSON.stringify(text)}]`);
    for (const command of [["scan"], ["config", "validate"]]) {
      const { code, err } = await run([...command, "-c", "tripline.yaml"], directory);
      expect(code).toBe(78);
      expect(err).toMatch(/tripline\.yaml:\d+:\d+/);
      expect(err).not.toContain("\0");
    }
    expect(untouched(directory)).toBe(true);
  });
});
