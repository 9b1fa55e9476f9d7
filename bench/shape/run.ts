import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { GOALS } from "../../test/recipes/goals.ts";
import { readRecipe } from "../../test/recipes/page.ts";
import { measureShape, type RoomShape, type Shape, type Spread } from "./measure.ts";
import { TOUCHED_BEFORE } from "./touched-before.ts";

/** `make bench-shape`: how many files a change touches, and what the rooms look like, now and at an older commit. */

const BEFORE = process.argv.find((word) => word.startsWith("--before="))?.slice("--before=".length) ?? "e3affe9";
const ROOT = join(import.meta.dirname, "../..");

function main(): void {
  const text = report(shapeAt(BEFORE), measureShape(ROOT));
  console.log(text);
  if (process.argv.includes("--write")) writeFileSync(join(ROOT, "bench/results/shape.md"), `${text}\n`);
}

function shapeAt(commit: string): Shape {
  const place = mkdtempSync(join(tmpdir(), "tripline-shape-"));
  try {
    const archive = execFileSync("git", ["-C", ROOT, "archive", commit, "src", "test"], { maxBuffer: 2 ** 28 });
    execFileSync("tar", ["-x", "-C", place], { input: archive });
    return measureShape(place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function report(before: Shape, now: Shape): string {
  const rooms = [...new Set([...before.rooms, ...now.rooms].map(({ room }) => room))].toSorted();
  const roomOf = (shape: Shape, room: string) => shape.rooms.find((one) => one.room === room);
  return [
    "# Shape",
    "",
    `\`make bench-shape\`: this tree beside commit ${BEFORE}. Each cell is before → now.`,
    "",
    "## Files touched per change",
    "",
    "Now: counted by `test/recipes`, which follows each page of `docs/contributing` to the letter. Generated files are not",
    "counted. Before: counted by hand on the older commit (`bench/shape/touched-before.ts` names the files).",
    "",
    "| change | before | now | goal |",
    "|---|---|---|---|",
    ...[...GOALS].map(([page, goal]) => `| ${page} | ${touchedBefore(page)} | ${touchedNow(page)} | ${goal} |`),
    "",
    "## Rooms",
    "",
    "*entered*: files that other rooms import · *tested*: lines of `test/<room>` per line of source.",
    "",
    "| room | files | lines | entered | tested | longest file | longest function |",
    "|---|---|---|---|---|---|---|",
    ...rooms.map((room) => roomRow(room, roomOf(before, room), roomOf(now, room))),
    "",
    "## Whole tree",
    "",
    "| | before | now |",
    "|---|---|---|",
    `| circles of imports, types included | ${before.circles} | ${now.circles} |`,
    `| lines of a file: median / p90 / longest | ${spreadText(before.files)} | ${spreadText(now.files)} |`,
    `| lines of a function: median / p90 / longest | ${spreadText(before.functions)} | ${spreadText(now.functions)} |`,
  ].join("\n");
}

function touchedBefore(page: string): string {
  return String(TOUCHED_BEFORE.get(page)?.length ?? "–");
}

function touchedNow(name: string): string {
  const page = globSync("docs/contributing/*.md", { cwd: ROOT }).find((path) => basename(path, ".md") === name);
  return page === undefined ? "–" : String(new Set(readRecipe(join(ROOT, page)).steps.map(({ file }) => file)).size);
}

function roomRow(room: string, before: RoomShape | undefined, now: RoomShape | undefined): string {
  const cell = (of: (shape: RoomShape) => string | number) =>
    `${before === undefined ? "–" : of(before)} → ${now === undefined ? "–" : of(now)}`;
  const cells = [
    cell(({ files }) => files),
    cell(({ lines }) => lines),
    cell(({ entered }) => entered),
    cell(({ tested }) => tested.toFixed(2)),
    cell(({ longestFile }) => longestFile),
    cell(({ longestFunction }) => longestFunction),
  ];
  return `| ${room} | ${cells.join(" | ")} |`;
}

function spreadText({ median, p90, most }: Spread): string {
  return `${median} / ${p90} / ${most}`;
}

main();
