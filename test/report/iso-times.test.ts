import { describe, expect, it } from "vitest";
import { withIsoTimes } from "../../src/report/json/iso-times.ts";
import { rendererFor, RENDERERS } from "../../src/report/registry.ts";

const MS = 1_763_629_260_000;
const ISO = "2025-11-20T09:01:00.000Z";

describe("times in JSON", () => {
  it.each<readonly [string, unknown, unknown]>([
    ["milliseconds", { lastSeen: MS }, { lastSeen: MS, lastSeenIso: ISO }],
    ["text", { since: ISO }, { since: ISO, sinceIso: ISO }],
    ["nothing", { until: null }, { until: null, untilIso: null }],
    ["a scan with its time", { firstSeen: { scan: 3, at: MS } }, { firstSeen: { scan: 3, at: MS, atIso: ISO } }],
    [
      "a list",
      [{ at: MS }, { at: null }],
      [
        { at: MS, atIso: ISO },
        { at: null, atIso: null },
      ],
    ],
    ["what is no time", { count: 5, message: "at 5" }, { count: 5, message: "at 5" }],
  ])("stand beside their field: %s", (_, given, right) => {
    expect(withIsoTimes(given)).toEqual(right);
  });

  it("come last, so that the order of what was there stays", () => {
    expect(Object.keys(withIsoTimes({ at: MS, id: "a", until: null }) as object)).toEqual([
      "at",
      "id",
      "until",
      "atIso",
      "untilIso",
    ]);
  });
});

describe("the renderers", () => {
  it.each([
    [null, null, "text"],
    ["table", null, "text"],
    ["json", "report.txt", "json"],
    [null, "report.json", "json"],
    [null, "report.txt", "text"],
    ["text", "report.json", "text"],
  ])("are chosen by the format, else by the file: %s, %s → %s", (format, file, name) => {
    expect(rendererFor(format, file).names[0]).toBe(name);
  });

  it("are called differently", () => {
    const names = RENDERERS.flatMap((one) => one.names);
    expect(new Set(names).size).toBe(names.length);
  });
});
