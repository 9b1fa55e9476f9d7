import { describe, expect, it } from "vitest";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { parseExposition } from "./exposition.ts";

describe("metrics", () => {
  it("are Prometheus text with one HELP and one TYPE per name", () => {
    const metrics = createMetrics();
    metrics.count("tripline_cycles_total", { outcome: "complete" });
    metrics.set("tripline_hosts_up", 3);
    metrics.count("tripline_cycles_total", { outcome: "partial" }, 2);
    const families = parseExposition(metrics.render());
    expect([...families].map(([name, { type }]) => [name, type])).toEqual([
      ["tripline_cycles_total", "counter"],
      ["tripline_hosts_up", "gauge"],
    ]);
    expect(families.get("tripline_cycles_total")?.samples).toEqual([
      { name: "tripline_cycles_total", labels: { outcome: "complete" }, value: 1 },
      { name: "tripline_cycles_total", labels: { outcome: "partial" }, value: 2 },
    ]);
  });

  it("are empty before anything happened", () => {
    expect(parseExposition(createMetrics().render()).size).toBe(0);
  });

  it.each(['a "quoted" name', "C:\\temp", "two\nlines", "", 'x"} 1\ntripline_hosts_up 99', "ü, {é}"])(
    "a label %j stays one label",
    (sink) => {
      const metrics = createMetrics();
      metrics.count("tripline_sink_bytes_total", { sink, reason: "b" }, 7);
      const family = parseExposition(metrics.render()).get("tripline_sink_bytes_total");
      expect(family?.samples).toEqual([{ name: "tripline_sink_bytes_total", labels: { sink, reason: "b" }, value: 7 }]);
    },
  );

  it("counters never go down, gauges do", () => {
    const metrics = createMetrics();
    metrics.count("tripline_sink_bytes_total", { sink: "a" }, 5);
    expect(() => metrics.count("tripline_sink_bytes_total", { sink: "a" }, -1)).toThrow("cannot go down");
    expect(metrics.value("tripline_sink_bytes_total", { sink: "a" })).toBe(5);
    metrics.set("tripline_hosts_up", 5);
    metrics.set("tripline_hosts_up", 2);
    expect(metrics.value("tripline_hosts_up")).toBe(2);
  });

  it("names one thing at a time where a series only says who it is", () => {
    const metrics = createMetrics();
    metrics.only("tripline_vantage_info", { vantage: "old", segment: "dmz" });
    metrics.only("tripline_vantage_info", { vantage: "new", segment: "dmz" });
    const family = parseExposition(metrics.render()).get("tripline_vantage_info");
    expect(family?.samples.map(({ labels, value }) => [labels["vantage"], value])).toEqual([["new", 1]]);
  });

  it("a name without a row in the list is a bug, not a series without a meaning", () => {
    expect(() => createMetrics().count("tripline_typo_total")).toThrow("is no metric of this program");
    expect(() => createMetrics().set("tripline_typo", 1)).toThrow("is no metric of this program");
  });

  it("a value that nobody set is 0", () => {
    expect(createMetrics().value("tripline_hosts_up")).toBe(0);
  });
});

describe("the parser of these tests refuses", () => {
  it.each([
    ["a sample without its TYPE", "# HELP a b\na 1\n"],
    ["a sample of another name", "# HELP a b\n# TYPE a gauge\nb 1\n"],
    ["a quote that is not escaped", '# HELP a b\n# TYPE a gauge\na{x="y"z"} 1\n'],
    ["a last line without its end", "# HELP a b\n# TYPE a gauge\na 1"],
    ["a word for a number", "# HELP a b\n# TYPE a gauge\na one\n"],
  ])("%s", (_, text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});
