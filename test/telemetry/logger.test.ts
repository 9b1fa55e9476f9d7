import { describe, expect, it } from "vitest";
import { createLogger, type LogLevel, silentLogger } from "../../src/telemetry/logger.ts";

const LEVELS = ["error", "warn", "info", "debug"] as const;

function written(level: LogLevel, format: "pretty" | "json") {
  const lines: string[] = [];
  const log = createLogger({ level, format, write: (line) => void lines.push(line) });
  return { log, lines };
}

describe("a logger", () => {
  it.each(LEVELS.map((level, i) => [level, LEVELS.slice(0, i + 1)] as const))(
    "at level %s says what is at least as grave",
    (level, expected) => {
      const { log, lines } = written(level, "json");
      for (const one of LEVELS) log[one](`at ${one}`);
      expect(lines.map((line) => JSON.parse(line).level)).toEqual(expected);
    },
  );

  it("writes one JSON object per line: level, ISO time, message, and the fields as they are", () => {
    const { log, lines } = written("info", "json");
    log.warn("output is down", { sink: "kafka", waiting: 3, ok: false, reason: null, targets: ["a", "b"] });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith("}\n")).toBe(true);
    const { time, ...rest } = JSON.parse(lines[0] ?? "");
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(rest).toEqual({
      level: "warn",
      msg: "output is down",
      sink: "kafka",
      waiting: 3,
      ok: false,
      reason: null,
      targets: ["a", "b"],
    });
  });

  it("writes time, level, message and fields for people", () => {
    const { log, lines } = written("info", "pretty");
    log.info("cycle finished", { up: 3, reason: "a b" });
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d info {2}cycle finished up=3 reason="a b"\n$/);
  });

  it.each(["pretty", "json"] as const)("keeps hostile text of a field on its line (%s)", (format) => {
    const { log, lines } = written("info", format);
    log.error("cycle failed", { reason: 'one\ntwo\u001b[31m "three"\r' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.slice(0, -1)).not.toMatch(/[\n\r\u001b]/);
  });

  it("hands each line over in one piece, so that a secret cannot slip between two writes", () => {
    const shown: string[] = [];
    const log = createLogger({
      level: "info",
      format: "pretty",
      write: (line) => void shown.push(line.replaceAll("hunter2", "[secret]")),
    });
    log.error("output is down", { reason: "401 for hunter2", url: "https://u:hunter2@h" });
    expect(shown.join("")).toContain('reason="401 for [secret]" url="https://u:[secret]@h"');
  });

  it("that is silent takes everything and says nothing", () => {
    const log = silentLogger();
    for (const level of LEVELS) expect(log[level]("x", { a: 1 })).toBeUndefined();
  });
});
