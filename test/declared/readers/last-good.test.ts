import { describe, expect, it } from "vitest";
import { asStale, lastGood, type SourceRead } from "../../../src/declared/readers/last-good.ts";
import type { DeclaredSource, DeclaredState } from "../../../src/domain/declaration.ts";
import { row, type Row, source } from "../support/declarations.ts";

const hosts = (n: number, file = "a.csv"): readonly Row[] =>
  Array.from({ length: n }, (_, i) => ({ host: `10.0.0.${i + 1}`, file }));

function read(n: number, more: Partial<DeclaredSource> = {}): SourceRead {
  return { source: source("a.csv", { entries: n, digest: `${n}`, ...more }), declarations: hosts(n).map(row) };
}

const broken: SourceRead = {
  source: source("a.csv", { state: "unreadable", entries: 0, digest: null, readAt: null, notes: ["is gone"] }),
  declarations: [],
};

function kept(n: number, more: Partial<DeclaredSource> = {}): DeclaredState {
  const { source: one, declarations } = read(n, more);
  return { sources: [one], declarations };
}

describe("what is in force of a source", () => {
  it.each<[string, SourceRead, DeclaredState | null, string]>([
    ["nothing was known before", read(1), null, "read 1"],
    ["broken, and nothing was known before", broken, null, "unreadable 0"],
    ["broken, and it never could be read", broken, kept(0, { state: "unreadable" }), "unreadable 0"],
    ["broken", broken, kept(4), "stale 4"],
    ["broken again", broken, kept(4, { state: "stale" }), "stale 4"],
    ["exactly half of its entries are left", read(2), kept(4), "read 2"],
    ["one less than half", read(1), kept(4), "stale 4"],
    ["less than half of an odd number", read(2), kept(5), "stale 5"],
    ["nothing is left", read(0), kept(1), "stale 1"],
    ["it had nothing before", read(0), kept(0), "read 0"],
    ["it grew", read(9), kept(4), "read 9"],
    ["it is well again after it was broken", read(3), kept(4, { state: "stale" }), "read 3"],
    ["the same file was another tool's", broken, kept(4, { tool: "terraform" }), "unreadable 0"],
    ["another file was known", broken, kept(4, { file: "b.csv" }), "unreadable 0"],
  ])("%s", (_, fresh, previous, expected) => {
    const { source: one, declarations } = lastGood(fresh, previous);
    expect(`${one.state} ${one.entries}`).toBe(expected);
    expect(declarations).toHaveLength(one.entries);
    expect(declarations.every(({ sources }) => sources.every(({ stale }) => stale === (one.state === "stale")))).toBe(
      true,
    );
  });

  it("keeps digest and time of the good reading, and says what is wrong now", () => {
    const good = kept(4, { readAt: 7, notes: ["old note"] });
    expect(lastGood(broken, good).source).toMatchObject({ digest: "4", readAt: 7, notes: ["is gone"] });
    expect(lastGood(read(1, { notes: ["a warning"] }), good).source.notes).toEqual(["1 of 4 entries are left"]);
  });

  it("a file that is too old is stale by itself: losing rows does not bring the former ones back", () => {
    const old: SourceRead = {
      ...read(2, { state: "stale", notes: ["too old"] }),
      declarations: hosts(2).map(row).map(asStale),
    };
    expect(lastGood(old, kept(2)).source).toMatchObject({ state: "stale", notes: ["too old"] });
  });

  it("does not bring back what only other sources declare", () => {
    const shared = {
      ...row({ host: "10.0.0.1" }),
      sources: [...row({ host: "10.0.0.1" }).sources, ...row({ host: "10.0.0.1", file: "b.csv", line: 3 }).sources],
    };
    const others = row({ host: "10.0.0.2", file: "b.csv" });
    const previous = { sources: [source("a.csv"), source("b.csv")], declarations: [shared, others] };
    const { declarations } = lastGood(broken, previous);
    expect(declarations.map(({ id, sources }) => [id, sources.map(({ file, stale }) => `${file} ${stale}`)])).toEqual([
      [shared.id, ["a.csv true"]],
    ]);
  });

  it("a source that stays broken says the same in every cycle", () => {
    const first = lastGood(broken, kept(4));
    const again = lastGood(broken, { sources: [first.source], declarations: first.declarations });
    expect(again).toEqual(first);
  });
});
