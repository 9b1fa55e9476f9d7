import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { commandTree } from "../support/command-tree.ts";
import { run } from "./command-line.ts";

/** Every command and subcommand there is, as words; the program itself is "". */
function commandLines(): readonly string[] {
  const below = (command: Command, words: string): string[] =>
    command.commands.flatMap((child) => [`${words}${child.name()}`, ...below(child, `${words}${child.name()} `)]);
  return ["", ...below(commandTree(), "")];
}

const PLAIN = [0, 1, 2, 4, 77];
const CONFIG = [...PLAIN, 78];
const STATE = [0, 1, 2, 4, 69, 77, 78];
const CHANGE = [0, 1, 2, 3, 4, 69, 77, 78, 130];
const CYCLES = [0, 1, 2, 3, 4, 10, 69, 77, 78, 130];

/** The codes that each command can end with. One that is not listed says at least the first three. */
const CODES: Readonly<Record<string, readonly number[]>> = {
  doctor: [0, 1, 2, 3, 4, 69, 77, 78, 130],
  scan: CYCLES,
  run: [0, 1, 2, 3, 4, 69, 77, 78, 130],
  status: [0, 1, 2, 3, 4, 69, 77, 78],
  "anomalies list": STATE,
  "anomalies show": STATE,
  explain: STATE,
  hosts: STATE,
  reload: CHANGE,
  "baseline show": STATE,
  "baseline accept": CHANGE,
  "baseline learn": CHANGE,
  "mute add": CHANGE,
  "mute list": STATE,
  "mute rm": CHANGE,
  "mute check": [...STATE, 3].toSorted((a, b) => a - b),
  drift: CYCLES,
  replay: CYCLES,
  history: STATE,
  raw: [...STATE, 3].toSorted((a, b) => a - b),
  events: [...STATE, 130],
  "scans list": STATE,
  "scans diff": [...STATE, 10].toSorted((a, b) => a - b),
  "outbox status": STATE,
  "outbox dead": STATE,
  "config validate": CONFIG,
  "config show": CONFIG,
  "config keys": PLAIN,
  "config schema": PLAIN,
  "setup elasticsearch": [0, 1, 2, 3, 4, 77, 78, 130],
  "setup kafka": [0, 1, 2, 3, 4, 77, 78, 130],
  "anomalies accept": CHANGE,
  "anomalies mute": CHANGE,
  "anomalies ack": CHANGE,
  "anomalies close": CHANGE,
  "anomalies reopen": CHANGE,
  demo: [0, 1, 2, 3, 4, 69, 77, 78, 130],
};

interface Help {
  readonly text: string;
  readonly examples: readonly string[];
  readonly codes: readonly number[];
}

async function helpOf(line: string): Promise<Help> {
  const words = line.split(" ").filter((word) => word !== "");
  const { code, out, err } = await run([...words, "--help"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const [, after = ""] = out.split("\nExamples:\n");
  const [examples = "", codes = ""] = after.split("\nExit codes:\n");
  return {
    text: out,
    examples: examples
      .split("\n")
      .filter((one) => /^ {2}\S/.test(one))
      .map((one) => one.trim()),
    codes: [...codes.matchAll(/^ {2}(\d+) /gm)].map(([, digits]) => Number(digits)),
  };
}

/** What the shell makes of a line: words, those in quotes whole. */
function words(line: string): string[] {
  const command = line.split(" && ")[0] ?? "";
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** Whether the program takes a command line; nothing is run. */
async function parses(line: string): Promise<boolean> {
  const program = commandTree();
  let taken = false;
  const disarm = (command: Command) => {
    command.action(() => void (taken = true));
    for (const child of command.commands) disarm(child);
  };
  for (const child of program.commands) disarm(child);
  await program.parseAsync(words(line).slice(1), { from: "user" });
  return taken;
}

describe("--help", () => {
  it("covers all commands, and the table of codes no command that is gone", () => {
    expect(commandLines().length).toBeGreaterThan(25);
    expect(commandLines()).toEqual(expect.arrayContaining(Object.keys(CODES)));
  });

  it.each(commandLines().map((line) => [`tripline ${line}`.trim(), line]))(
    "of %s has a description and two examples of its own that parse",
    async (name, line) => {
      const { text, examples } = await helpOf(line);
      expect(text.split("\n")[2]?.trim()).not.toBe("");
      const own = examples.filter((one) => one.startsWith(`tripline ${line.split(" ")[0] ?? ""}`.trim()));
      expect(own.length, name).toBeGreaterThanOrEqual(2);
      for (const example of own) expect(await parses(example), example).toBe(true);
    },
  );

  it.each(commandLines())("of %j fits 80 columns and lists the global options once", async (line) => {
    const { text } = await helpOf(line);
    expect(text.split("\n").filter((one) => one.length > 80)).toEqual([]);
    for (const option of ["--config", "--state", "--format", "--json", "--output", "--quiet", "--no-color", "--plain"])
      expect(text.match(new RegExp(`^ +(-., )?${option}\\b.* {2}`, "gm")), option).toHaveLength(1);
  });

  it.each(commandLines())("of %j names the exit codes it can end with, and no other", async (line) => {
    const { text, codes } = await helpOf(line);
    const known = CODES[line];
    if (known !== undefined) return expect(codes).toEqual(known);
    expect(codes).toEqual(expect.arrayContaining([0, 1, 2]));
    const below = Object.entries(CODES).flatMap(([name, own]) => (name.startsWith(`${line} `.trimStart()) ? own : []));
    for (const code of below) expect(codes, `${line} has a subcommand that ends with it`).toContain(code);
    expect(text).toContain("unexpected failure (a bug), never findings");
  });

  it("of a reading command does not speak of findings", async () => {
    expect((await helpOf("hosts")).text).not.toMatch(/--fail-on|interrupted/);
  });
});
