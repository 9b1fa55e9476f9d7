import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { commandTree } from "../support/command-tree.ts";
import { run } from "./command-line.ts";

/** Every command and subcommand there is, as words. */
function commandLines(): readonly string[] {
  const below = (command: Command, words: string): string[] =>
    command.commands.flatMap((child) => [`${words}${child.name()}`, ...below(child, `${words}${child.name()} `)]);
  return below(commandTree(), "");
}

describe("--help", () => {
  it("covers all commands", () => {
    expect(commandLines()).toEqual(
      expect.arrayContaining(["scan", "replay", "baseline accept", "config schema", "demo"]),
    );
    expect(commandLines().length).toBeGreaterThan(25);
  });

  it.each([["", "tripline"], ...commandLines().map((line) => [line, `tripline ${line}`])])(
    "of %j has a description, two examples of its own and the exit codes",
    async (line, words) => {
      const { code, out, err } = await run([...line.split(" ").filter((word) => word !== ""), "--help"]);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const [before = "", after = ""] = out.split("\nExamples:\n");
      expect(before.split("\n")[2]?.trim()).not.toBe("");
      const [examples = "", codes = ""] = after.split("\nExit codes:\n");
      const name = line.split(" ")[0] ?? "";
      const own = examples.split("\n").filter((one) => one.trim().startsWith(`tripline ${name}`.trim()));
      expect(own.length, words).toBeGreaterThanOrEqual(2);
      expect(codes).toContain("unexpected failure (a bug), never findings");
    },
  );
});
