import { describe, expect, it } from "vitest";
import { tellNews } from "../../src/app/agent/telling-news.ts";
import { type StepLine, stepLine } from "../../src/report/model/anomaly.ts";
import { createTelemetry } from "../../src/telemetry/happenings.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { deviation, life, nonNull } from "../score/build.ts";

const NOTHING = { firstLook: null, steps: [], inventories: [] };

function told(format: "pretty" | "json", view: Partial<Parameters<typeof tellNews>[1]>) {
  const lines: string[] = [];
  const metrics = createMetrics();
  const log = createLogger({ level: "info", format, write: (line) => void lines.push(line.trimEnd()) });
  // What a log line does not need of a view is not there.
  tellNews(createTelemetry(log, metrics), { ...NOTHING, ...view } as Parameters<typeof tellNews>[1]);
  return { lines, metrics };
}

function opened(): StepLine {
  return stepLine(nonNull(life().cycle([deviation()]).steps[0]));
}

describe("the daemon's log", () => {
  it("names each anomaly in one line: severity, kind, where, why, and the id", () => {
    const step = opened();
    const { lines, metrics } = told("json", { steps: [step] });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "warn",
      msg: "anomaly opened",
      severity: "high",
      kind: "port-opened",
      where: "10.20.30.41:4444/tcp",
      why: "port never open in 400 covered scans; unidentified service; confirmed by a second probe",
      score: 69,
      id: step.id,
    });
    expect(metrics.value("tripline_anomaly_steps_total", { transition: "opened" })).toBe(1);
  });

  it("reads well for people, too", () => {
    const [line] = told("pretty", { steps: [opened()] }).lines;
    expect(line).toMatch(/^\d\d:\d\d:\d\d warn {2}anomaly opened severity="high" kind="port-opened" where="10\.20/);
  });

  it("keeps what nobody must act on at info", () => {
    const { lines } = told("json", { steps: [{ ...opened(), transition: "resolved", notable: false }] });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "info", msg: "anomaly resolved" });
  });

  it("counts the findings of a first look at declarations without a line for each", () => {
    const { lines, metrics } = told("json", { inventories: [{ file: "inventory.csv", findings: 46 }] });
    expect(lines).toEqual([]);
    expect(metrics.value("tripline_anomaly_steps_total", { transition: "opened" })).toBe(46);
  });

  it("says what the first scan found, and each service that deserves a look", () => {
    const hosts = Array.from({ length: 9 }, (_, n) => `10.0.0.${n}`);
    const redis = {
      class: "data-store",
      service: "redis",
      product: null,
      port: { transport: "tcp", number: 6379 },
      hosts,
    };
    const { lines } = told("json", {
      firstLook: { hosts: 9, ports: 18, services: [{ name: "redis", count: 9 }], exposed: [redis] },
    } as Parameters<typeof told>[1]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: "info", msg: "first look at the segment", hosts: 9, open_ports: 18, services: ["redis 9"] },
      {
        msg: "service that deserves a look",
        class: "data-store",
        port: "6379/tcp",
        service: "redis",
        hosts: 9,
        where: hosts.slice(0, 5),
      },
    ]);
  });
});
