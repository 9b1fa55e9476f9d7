import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  appendDurably,
  type EventFile,
  isMoved,
  openEventFile,
} from "../../../../src/deliver/sinks/file/event-file.ts";
import { realFile } from "../../../../src/deliver/sinks/file/real-file.ts";
import { rotate, rotationDue } from "../../../../src/deliver/sinks/file/rotate.ts";
import { tempDirOfMadeUpEvents } from "../../../support/temp-dir.ts";
import { event, rowOf, upTo } from "../../stage.ts";

const DAY = 86_400_000;
const NOON = Date.UTC(2026, 10, 20, 12);

describe("when a file is due to be rotated", () => {
  const file = (bytes: number, openedAt: number) => ({ bytes: () => bytes, openedAt }) as EventFile;

  it.each([
    ["an empty one never", 0, NOON - 9 * DAY, false],
    ["below its size, on its day", 99, NOON, false],
    ["at its size", 100, NOON, true],
    ["above its size", 101, NOON, true],
    ["a second before midnight", 1, NOON, false, NOON + DAY / 2 - 1000],
    ["at midnight", 1, NOON, true, NOON + DAY / 2],
    ["a clock that went back makes no new day", 1, NOON, false, NOON - 3 * DAY],
  ] as const)("%s", (_, bytes, openedAt, expected, now = NOON) => {
    expect(rotationDue(file(bytes, openedAt), 100, now)).toBe(expected);
  });

  it("the name counts up within a day, begins again on the next, and fills no gap over a file", () => {
    const directory = tempDirOfMadeUpEvents();
    const path = join(directory, "events.ndjson");
    const turn = (now: number, text: string) => {
      writeFileSync(path, text);
      return rotate(path, now).slice(path.length + 1);
    };
    expect([turn(NOON, "a"), turn(NOON, "b"), turn(NOON + DAY, "c")]).toEqual([
      "2026-11-20.1",
      "2026-11-20.2",
      "2026-11-21.1",
    ]);
    expect(existsSync(path)).toBe(false);
    expect(readFileSync(`${path}.2026-11-20.1`, "utf8")).toBe("a");
    expect(readdirSync(directory)).toHaveLength(3);
  });
});

describe("what is written twice", () => {
  const rows = (from: number, count: number) => upTo(count).map((n) => rowOf(event(from + n), from + n));
  const lines = (path: string) => readFileSync(path, "utf8").split("\n").slice(0, -1);

  it("within a batch and over a restart is written once", () => {
    const path = join(tempDirOfMadeUpEvents(), "events.ndjson");
    const first = openEventFile(path, NOON);
    appendDurably(first, rows(0, 3));
    appendDurably(first, rows(1, 3));
    first.close();
    const second = openEventFile(path, NOON);
    appendDurably(second, rows(0, 5));
    second.close();
    expect(lines(path)).toEqual(rows(0, 5).map(({ body }) => body));
  });

  it("a line that is no event of ours is left alone, and is nobody's id", () => {
    const path = join(tempDirOfMadeUpEvents(), "events.ndjson");
    const strange = ["", "{}", "not JSON", '{"event":{"id":"short"}}', '{"other":{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaa"}}'];
    writeFileSync(path, `${strange.join("\n")}\n`);
    const file = openEventFile(path, NOON);
    expect(file.recent.size).toBe(0);
    appendDurably(file, rows(0, 1));
    file.close();
    expect(lines(path)).toEqual([...strange, ...rows(0, 1).map(({ body }) => body)]);
  });

  it("a file that was moved away or replaced is noticed, one that only grew is not", () => {
    const path = join(tempDirOfMadeUpEvents(), "events.ndjson");
    const file = openEventFile(path, NOON);
    appendDurably(file, rows(0, 1));
    expect(isMoved(file)).toBe(false);
    rotate(path, NOON);
    expect(isMoved(file)).toBe(true);
    writeFileSync(path, "");
    expect(isMoved(file)).toBe(true);
    file.close();
  });
});

describe("two paths of one file", () => {
  it("are the same through links, dots and folders that are links, and before it exists", () => {
    const directory = tempDirOfMadeUpEvents();
    mkdirSync(join(directory, "real"));
    symlinkSync(join(directory, "real"), join(directory, "link"));
    const at = (...parts: readonly string[]) => realFile(join(directory, ...parts));
    expect(at("link", "new.ndjson")).toBe(at("real", "new.ndjson"));
    expect(at("link", "deep", "new.ndjson")).toBe(at("real", "deep", "new.ndjson"));
    writeFileSync(join(directory, "real", "a.ndjson"), "");
    linkSync(join(directory, "real", "a.ndjson"), join(directory, "b.ndjson"));
    symlinkSync(join(directory, "b.ndjson"), join(directory, "c.ndjson"));
    expect(new Set([at("real", "a.ndjson"), at("b.ndjson"), at("c.ndjson"), at("link", "a.ndjson")]).size).toBe(1);
  });

  it("are two when they are two, also with the same content", () => {
    const directory = tempDirOfMadeUpEvents();
    for (const name of ["a", "b"]) writeFileSync(join(directory, name), "same");
    expect(realFile(join(directory, "a"))).not.toBe(realFile(join(directory, "b")));
    expect(realFile(join(directory, "a"))).not.toBe(realFile(join(directory, "none")));
  });
});
