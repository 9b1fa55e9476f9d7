import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ensurePrivateDirectory, writeFileDurably } from "../../src/lib/files.ts";
import { sha256Hex, shortDigest, stableId } from "../../src/lib/hash.ts";
import { derivedTimeOrderedId, derivedUuid, timeOrderedId } from "../../src/lib/ids.ts";
import { median, quantile } from "../../src/lib/statistics.ts";
import { formatDuration, isoTime, parseDuration, parseMoment, sleep } from "../../src/lib/time.ts";
import { tempDir } from "../support/temp-dir.ts";

describe("digests", () => {
  it("are SHA-256", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(shortDigest("abc")).toBe("ba7816bf8f01cfea");
  });

  it("of fields keep the borders of the fields", () => {
    expect(stableId("ab", "c")).not.toBe(stableId("a", "bc"));
    expect(stableId("a")).not.toBe(stableId("a", ""));
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
        expect(stableId(...a) === stableId(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it("of fields are 26 characters, the same for two spellings of one name", () => {
    expect(stableId("x")).toMatch(/^[a-z2-7]{26}$/);
    expect(stableId("e\u0301")).toBe(stableId("\u00e9"));
  });
});

describe("ids", () => {
  const UUID = (version: number) =>
    new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`);

  it("sort by time", () => {
    expect(timeOrderedId(1_760_000_000_000)).toMatch(UUID(7));
    expect(timeOrderedId(1_760_000_000_000) < timeOrderedId(1_760_000_000_001)).toBe(true);
  });

  it("made from inputs are the same every time, and differ with the inputs", () => {
    expect(derivedTimeOrderedId(1, "a")).toBe(derivedTimeOrderedId(1, "a"));
    expect(derivedTimeOrderedId(1, "a")).not.toBe(derivedTimeOrderedId(1, "b"));
    expect(derivedUuid("a")).toMatch(UUID(8));
    expect(derivedUuid("a")).not.toBe(derivedUuid("b"));
  });
});

describe("time", () => {
  it.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["30m", 1_800_000],
    ["2h", 7_200_000],
    ["3d", 259_200_000],
    ["0s", 0],
  ])("%s is %d ms", (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(["", "5", "s", "-1s", "1.5h", "1 h", "1w", "9999999999s"])("%j is no duration", (text) =>
    expect(parseDuration(text)).toBeNull(),
  );

  it.each([
    [1234, "1.2s"],
    [59_999, "60s"],
    [123_000, "2m03s"],
    [7_200_000, "2h 0m"],
    [273_600_000, "3d 4h"],
  ])("%d ms reads %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

  it("is written as ISO 8601", () => expect(isoTime(0)).toBe("1970-01-01T00:00:00.000Z"));

  it("is not waited for when the owner has gone or goes", async () => {
    await sleep(60_000, AbortSignal.abort());
    const owner = new AbortController();
    const waiting = sleep(60_000, owner.signal);
    owner.abort();
    await waiting;
  });
});

describe("files", () => {
  it("are written whole, for the owner only, and leave nothing behind", () => {
    const dir = path.join(tempDir(), "a/b");
    ensurePrivateDirectory(dir);
    const file = path.join(dir, "x.json");
    writeFileDurably(file, "one");
    writeFileDurably(file, Buffer.from("two"));
    expect(readFileSync(file, "utf8")).toBe("two");
    expect(readdirSync(dir)).toEqual(["x.json"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });
});

describe("statistics", () => {
  it("of nothing are null", () => {
    expect(median([])).toBeNull();
    expect(quantile([], 0.5)).toBeNull();
  });

  it("do not care for order and do not touch their input", () => {
    const values = [9, 1, 5];
    expect(median(values)).toBe(5);
    expect(quantile(values, 1)).toBe(9);
    expect(values).toEqual([9, 1, 5]);
  });
});

describe("a moment", () => {
  it.each([
    ["2027-03-01", "2027-03-01T00:00:00.000Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000Z"],
    ["2027-03-01T10:00:00Z", "2027-03-01T10:00:00.000Z"],
    ["2027-03-01T00:30:00+02:00", "2027-02-28T22:30:00.000Z"],
  ])("%s is %s", (text, iso) => expect(isoTime(parseMoment(text) ?? 0)).toBe(iso));

  it.each([
    "",
    "tomorrow",
    "2027-02-29",
    "2027-02-31",
    "2027-04-31T10:00:00Z",
    "2027-13-01",
    "2027-03-01 10:00",
    "March",
  ])("%j is none", (text) => expect(parseMoment(text)).toBeNull());
});
