import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import {
  damagedRow,
  isCorruption,
  isStoreFull,
  resultCode,
  StoreError,
  translated,
} from "../../src/store/store-error.ts";

/** An error as node:sqlite throws it. */
function sqlite(errcode: number): Error {
  return Object.assign(new Error("of SQLite"), { code: "ERR_SQLITE_ERROR", errcode });
}

const kindOf = (error: unknown) => (error instanceof StoreError ? error.kind : "as it was");

describe("an error of SQLite in our words", () => {
  it.each([
    ["a full disk or bound", 13, "full"],
    ["a failed read", 10 | (1 << 8), "io"],
    ["a failed flush", 10 | (4 << 8), "io"],
    ["a damaged page", 11, "damaged"],
    ["a damaged index", 11 | (3 << 8), "damaged"],
    ["another file", 26, "damaged"],
    ["a lock", 5, "as it was"],
    ["a broken rule of a table", 19 | (8 << 8), "as it was"],
    ["a read-only file", 8, "as it was"],
  ])("%s (%i)", (_, code, expected) => {
    const error = sqlite(code);
    const ours = translated(error);
    expect(kindOf(ours)).toBe(expected);
    if (ours instanceof StoreError) expect(ours.cause).toBe(error);
    else expect(ours).toBe(error);
  });

  it("is told once: ours stay as they are, and so does what is no error", () => {
    const full = translated(sqlite(13));
    expect(translated(full)).toBe(full);
    for (const other of [
      new Error("x"),
      "text",
      null,
      undefined,
      { errcode: 13 },
      Object.assign(new Error("x"), { errcode: "13" }),
    ]) {
      expect(translated(other)).toBe(other);
      expect(resultCode(other)).toBeNull();
    }
  });

  it.each([
    [11, true],
    [26, true],
    [11 | (2 << 8), true],
    [10, false],
    [13, false],
  ])("code %i is damage: %s", (code, expected) => {
    expect(isCorruption(sqlite(code))).toBe(expected);
  });

  it("is full only when it is: scanning pauses then", () => {
    const errors = [translated(sqlite(13)), translated(sqlite(10)), new StoreError("conflict", "x"), sqlite(13), null];
    expect(errors.map(isStoreFull)).toEqual([true, false, false, false, false]);
  });

  it("carries a code when real SQLite throws it", () => {
    const database = new DatabaseSync(":memory:");
    database.exec("CREATE TABLE t (a INTEGER UNIQUE) STRICT");
    database.exec("INSERT INTO t VALUES (1)");
    const failed = (() => {
      try {
        database.exec("INSERT INTO t VALUES (1)");
        return null;
      } catch (error) {
        return error;
      }
    })();
    database.close();
    expect(resultCode(failed)).toBe(19);
  });
});

describe("a row that cannot be read", () => {
  it("is named with its table, its key and a short why", () => {
    const error = damagedRow("host", "h1", new Error(["first", "second", "third", "fourth"].join("\n")));
    expect([error.kind, error.message]).toEqual(["damaged", expect.stringMatching(/h1.*host.*first second third$/)]);
    expect(damagedRow("host", "h1", "text").message).toContain("text");
  });
});
