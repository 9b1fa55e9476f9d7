import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createFileSink } from "../../../../src/deliver/sinks/file/sink.ts";
import type { OutboxRow, Sink } from "../../../../src/domain/ports/sink.ts";
import { describeWith, missing } from "../../../support/availability.ts";
import { isRoot, UNPRIVILEGED_UID } from "../../../support/cache.ts";
import { smallDisk } from "../../../support/small-disk.ts";
import { tempDirOfMadeUpEvents } from "../../../support/temp-dir.ts";
import { event, rowOf, stage, upTo } from "../../stage.ts";

const never = new AbortController().signal;
const NOW = Date.UTC(2026, 10, 20, 10);

function sinkAt(path: string, options: { readonly maxBytes?: number; readonly now?: () => number } = {}): Sink {
  const { now = () => NOW, ...rest } = options;
  const sink = createFileSink({ path, clock: { now, monotonic: () => 0 }, ...rest });
  onTestFinished(() => sink.close(100));
  return sink;
}

function rows(...numbers: readonly number[]): readonly OutboxRow[] {
  return numbers.map((n) => rowOf(event(n), n));
}

function textOf(batch: readonly OutboxRow[]): string {
  return batch.map((row) => `${row.body}\n`).join("");
}

function newPath(): string {
  return join(tempDirOfMadeUpEvents(), "events.ndjson");
}

describe("after a crash", () => {
  it("a torn last line is cut, also inside a character, and its event is written anew", async () => {
    const path = newPath();
    const [first, second] = rows(1, 2);
    const whole = Buffer.from(textOf([...(first ? [first] : []), ...(second ? [second] : [])]));
    const character = whole.lastIndexOf(Buffer.from("ä"));
    writeFileSync(path, whole.subarray(0, character + 1));
    await sinkAt(path).send(rows(2), never);
    expect(readFileSync(path).equals(whole)).toBe(true);
  });

  it("a file that is nothing but a torn line becomes empty first", async () => {
    const path = newPath();
    writeFileSync(path, '{"event":{"id":"a');
    await sinkAt(path).send(rows(1), never);
    expect(readFileSync(path, "utf8")).toBe(textOf(rows(1)));
  });

  it("the last 500 events are not written twice; what is older is nobody's business any more", async () => {
    const path = newPath();
    writeFileSync(path, textOf(rows(...upTo(501))));
    await sinkAt(path).send(rows(...upTo(501).slice(1), 600), never);
    expect(readFileSync(path, "utf8")).toBe(textOf(rows(...upTo(501), 600)));
    await sinkAt(path).send(rows(1), never);
    expect(readFileSync(path, "utf8")).toBe(textOf(rows(...upTo(501), 600, 1)));
  });

  it("a look from outside cuts nothing: another process may be in the middle of a line", async () => {
    const path = newPath();
    writeFileSync(path, `${textOf(rows(1))}{"event":`);
    expect(await sinkAt(path).check(never)).toMatchObject([{ ok: true }]);
    expect(readFileSync(path, "utf8")).toBe(`${textOf(rows(1))}{"event":`);
  });
});

it("the file can be read by its owner only", async () => {
  const path = newPath();
  await sinkAt(path).send(rows(1), never);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

describe("rotation", () => {
  it("by size goes into numbered names of the day, and nothing is overwritten or lost", async () => {
    const path = newPath();
    const sink = sinkAt(path, { maxBytes: 200 });
    for (const n of upTo(7)) await sink.send(rows(n), never);
    const names = readdirSync(join(path, "..")).toSorted();
    expect(names).toEqual(["events.ndjson", ...upTo(3).map((n) => `events.ndjson.2026-11-20.${n}`)]);
    const old = upTo(3).map((n) => readFileSync(`${path}.2026-11-20.${n}`, "utf8"));
    expect([...old, readFileSync(path, "utf8")].join("")).toBe(textOf(rows(...upTo(7))));
  });

  it("by day comes with the first event of the next one", async () => {
    const path = newPath();
    const clock = { now: NOW };
    const sink = sinkAt(path, { now: () => clock.now });
    await sink.send(rows(1), never);
    clock.now += 14 * 3_600_000;
    await sink.send(rows(2), never);
    expect(readFileSync(`${path}.2026-11-21.1`, "utf8")).toBe(textOf(rows(1)));
    expect(readFileSync(path, "utf8")).toBe(textOf(rows(2)));
  });

  it("by somebody else is noticed: the next event goes to the file that has the name", async () => {
    const path = newPath();
    const sink = sinkAt(path);
    await sink.send(rows(1), never);
    renameSync(path, `${path}.old`);
    await sink.send(rows(2), never);
    writeFileSync(`${path}.new`, "");
    renameSync(`${path}.new`, path);
    await sink.send(rows(3), never);
    expect(readFileSync(`${path}.old`, "utf8")).toBe(textOf(rows(1)));
    expect(readFileSync(path, "utf8")).toBe(textOf(rows(3)));
  });
});

describe("a path that nobody can write to stops the sink with the path in the reason", () => {
  const refused = (path: string, slug: string) => ({
    kind: "stop",
    reason: { slug, text: expect.stringContaining(path) },
  });

  it("a folder of that name", async () => {
    const path = newPath();
    mkdirSync(path);
    expect(await sinkAt(path).send(rows(1), never)).toEqual(refused(path, "eisdir"));
    expect(await sinkAt(path).check(never)).toMatchObject([{ ok: false }]);
  });

  it("a file where a folder should be", async () => {
    const path = newPath();
    writeFileSync(path, "");
    const below = join(path, "events.ndjson");
    expect(await sinkAt(below).send(rows(1), never)).toMatchObject({ kind: "stop" });
  });

  const root = isRoot() ? { ok: true as const } : missing("acting as another user needs root", "run the tests as root");
  describeWith(root, "as a user without rights", () => {
    it("stops, and goes on when the rights are given, without losing a row", async () => {
      const path = newPath();
      const sink = sinkAt(path);
      const { drain, cursor, dead } = await stage({ sink: asNobody(sink), events: upTo(3).map((n) => event(n)) });
      expect(await drain()).toMatchObject({ state: "stopped", reason: { slug: "eacces" } });
      expect(await drain()).toMatchObject({ state: "stopped" });
      expect(await cursor()).toMatchObject({ state: "stopped", pending: 3 });
      nobody.given = true;
      expect(await drain()).toMatchObject({ state: "empty", delivered: 3 });
      expect(await dead()).toEqual([]);
    });
  });
});

const nobody = { given: false };

/** The sink works in one turn, so that the whole process can be another user for its time. */
function asNobody(sink: Sink): Sink {
  const without = <T>(work: () => T): T => {
    if (nobody.given) return work();
    process.seteuid?.(UNPRIVILEGED_UID);
    try {
      return work();
    } finally {
      process.seteuid?.(0);
    }
  };
  return {
    ...sink,
    check: (signal) => without(() => sink.check(signal)),
    send: (batch, signal) => without(() => sink.send(batch, signal)),
  };
}

describeWith(await smallDisk(), "on a small volume", ({ mount }) => {
  it("that is full a batch is taken back as a whole and tried again until there is room", async () => {
    const { path } = await mount(128 * 1024);
    const file = join(path, "events.ndjson");
    const filler = join(path, "filler");
    writeFileSync(filler, "");
    const events = upTo(3).map((n) => event(n, { fields: { pad: "x".repeat(20_000) } }));
    fill(filler);
    const inner = sinkAt(file);
    const tries = { left: 4, whole: true };
    const sink: Sink = {
      ...inner,
      send: async (batch, signal) => {
        if (tries.left-- === 0) writeFileSync(filler, "");
        const result = await inner.send(batch, signal);
        tries.whole &&= readFileSync(file, "utf8").split("\n").slice(0, -1).every(isJson);
        return result;
      },
    };
    const { drain, dead, told } = await stage({ sink, events });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 3, dead: 0 });
    expect(readFileSync(file, "utf8")).toBe(events.map((e) => `${e.body}\n`).join(""));
    expect(tries.whole).toBe(true);
    expect(await dead()).toEqual([]);
    expect(told.map((notice) => notice.kind)).toEqual(["sink-down", "sink-recovered"]);
  });

  it("that is read-only the sink stops, and goes on when it is writable again", async () => {
    const { path, remount } = await mount(1024 * 1024);
    const sink = sinkAt(join(path, "events.ndjson"));
    const { drain, cursor } = await stage({ sink, events: [event(1)] });
    await remount("ro");
    expect(await drain()).toMatchObject({ state: "stopped", reason: { slug: "erofs" } });
    expect(await cursor()).toMatchObject({ pending: 1 });
    await remount("rw");
    expect(await drain()).toMatchObject({ state: "empty", delivered: 1 });
  });
});

/** Takes every page but one, so that a line begins and does not end. */
function fill(path: string): void {
  for (let bytes = 256 * 1024; bytes > 0; bytes -= 4096) {
    try {
      writeFileSync(path, Buffer.alloc(bytes));
      return writeFileSync(path, Buffer.alloc(bytes - 4096));
    } catch {
      writeFileSync(path, "");
    }
  }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
