import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stoppedClock } from "../../../../src/app/wiring.ts";
import { createFileSink } from "../../../../src/deliver/sinks/file/sink.ts";
import { tempDirOfMadeUpEvents } from "../../../support/temp-dir.ts";
import { event, rowOf } from "../../stage.ts";

describe("the file sink", () => {
  it("cuts a torn last line and does not write a batch twice after a crash", async () => {
    const path = join(tempDirOfMadeUpEvents(), "events.ndjson");
    const rows = [1, 2].map((n) => rowOf(event(n), n));
    const first = createFileSink({ path, clock: stoppedClock(0) });
    await first.send(rows.slice(0, 1), new AbortController().signal);
    await first.close(100);
    writeFileSync(path, `${readFileSync(path, "utf8")}{"event":{"torn é`.slice(0, -1));
    const second = createFileSink({ path, clock: stoppedClock(0) });
    await second.send(rows, new AbortController().signal);
    await second.close(100);
    expect(readFileSync(path, "utf8")).toBe(rows.map((row) => `${row.body}\n`).join(""));
  });

  it("stops with the path in the reason when it may not write there", async () => {
    const sink = createFileSink({ path: join("/proc", "events.ndjson"), clock: stoppedClock(0) });
    const result = await sink.send([rowOf(event(1), 1)], new AbortController().signal);
    expect(JSON.stringify(result)).toContain("/proc/events.ndjson");
  });
});
