import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTelemetry, type HappeningName, HAPPENINGS } from "../../src/telemetry/happenings.ts";
import type { Logger, LogLevel } from "../../src/telemetry/logger.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { parseExposition } from "./exposition.ts";

interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: unknown;
}

function telling() {
  const lines: Line[] = [];
  const at = (level: LogLevel) => (message: string, fields?: unknown) => void lines.push({ level, message, fields });
  const log: Logger = { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
  const metrics = createMetrics();
  return { lines, metrics, telemetry: createTelemetry(log, metrics) };
}

const NAMES = Object.keys(HAPPENINGS) as HappeningName[];

describe("a happening", () => {
  it.each(NAMES)("%s is one line and counted once, and once by its own counter", (name) => {
    const { lines, metrics, telemetry } = telling();
    const { level, message, counter } = HAPPENINGS[name];
    telemetry.happened(name, { fields: { a: 1 }, labels: { outcome: "x" } });
    expect(lines).toEqual([{ level, message, fields: { a: 1 } }]);
    expect(metrics.value("tripline_happenings_total", { happening: name, level })).toBe(1);
    if (counter !== null) expect(metrics.value(counter, { outcome: "x" })).toBe(1);
    const total = [...parseExposition(metrics.render()).values()].flatMap(({ samples }) => samples);
    expect(total).toHaveLength(counter === null ? 1 : 2);
  });

  it("is counted by what it is, however its fields differ", () => {
    const { lines, metrics, telemetry } = telling();
    for (const reason of ["a", "b", "c"]) telemetry.happened("cycle-failed", { fields: { reason } });
    expect(lines).toHaveLength(3);
    const { level } = HAPPENINGS["cycle-failed"];
    expect(metrics.value("tripline_happenings_total", { happening: "cycle-failed", level })).toBe(3);
  });
});

it("may be graver than its row, and is counted as it is told", () => {
  const { lines, metrics, telemetry } = telling();
  telemetry.happened("anomaly-opened", { level: "warn", labels: { transition: "opened" } });
  expect(lines[0]?.level).toBe("warn");
  expect(metrics.value("tripline_happenings_total", { happening: "anomaly-opened", level: "warn" })).toBe(1);
});

describe("the list of happenings", () => {
  it("has a message of its own for each", () => {
    const messages = NAMES.map((name) => HAPPENINGS[name].message);
    expect(new Set(messages).size).toBe(messages.length);
  });

  it("has none that nothing in the program tells", () => {
    // Named by their transition.
    const steps = new Set(["opened", "escalated", "updated", "resolved", "accepted", "muted", "unmuted", "aged"]);
    const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.startsWith("telemetry/"))
      .map((file) => readFileSync(join("src", file), "utf8"))
      .join("\n");
    expect(NAMES.filter((name) => !sources.includes(`"${name}"`) && !steps.has(name.replace("anomaly-", "")))).toEqual(
      [],
    );
  });
});

describe("what a happening is told with", () => {
  it.each<[string, Parameters<ReturnType<typeof telling>["telemetry"]["happened"]>[1], LogLevel]>([
    ["nothing", undefined, "error"],
    ["fields alone", { fields: { sink: "kafka" } }, "error"],
    ["another level", { level: "debug" }, "debug"],
  ])("%s is enough, and the log and the counter agree on the level", (_, told, level) => {
    const { lines, metrics, telemetry } = telling();
    telemetry.happened("sink-down", told);
    expect(lines).toEqual([{ level, message: HAPPENINGS["sink-down"].message, fields: told?.fields }]);
    expect(metrics.value("tripline_happenings_total", { happening: "sink-down", level })).toBe(1);
  });

  it("never reaches the counters as text of a host: fields are of the log alone", () => {
    const { metrics, telemetry } = telling();
    telemetry.happened("service-found", { fields: { banner: "evil\n# TYPE x counter" } });
    expect(metrics.render()).not.toContain("evil");
  });

  it("is counted apart where its labels differ", () => {
    const { metrics, telemetry } = telling();
    for (const outcome of ["done", "refused", "done"]) telemetry.happened("control-done", { labels: { outcome } });
    expect(metrics.value("tripline_control_requests_total", { outcome: "done" })).toBe(2);
    expect(metrics.value("tripline_control_requests_total", { outcome: "refused" })).toBe(1);
    expect(metrics.value("tripline_happenings_total", { happening: "control-done", level: "info" })).toBe(3);
  });
});

describe("every line of the log", () => {
  it.each(NAMES)("%s is one plain sentence without text that differs", (name) => {
    const { message } = HAPPENINGS[name];
    expect(message).toMatch(/^[a-z][^\n${}%]*[^.\s]$/);
  });
});
