import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadRules } from "../../scripts/rules/load.ts";
import { aggregateEsql, silenceEsql } from "../../scripts/rules/esql.ts";
import { FIELDS } from "../../src/events/fields.ts";
import { describeWith, orFailWhereRequired } from "../support/availability.ts";
import { type CommandResult, runCommand } from "../support/command.ts";
import { promtool } from "../support/promtool.ts";
import { pythonTools } from "../support/python.ts";
import { tempDir } from "../support/temp-dir.ts";

const GENERATED = path.join(import.meta.dirname, "../../rules/generated");
const python = orFailWhereRequired(await pythonTools("requirements"));
const prometheus = orFailWhereRequired(await promtool());

describeWith(prometheus, "promtool", ({ program }) => {
  const folder = path.join(GENERATED, "prometheus");

  it("accepts the alerts", async () => {
    const { ok, output } = await runCommand(program, ["check", "rules", "tripline.rules.yml"], folder);
    expect(output).toMatch(/SUCCESS: \d\d rules found/);
    expect(ok).toBe(true);
  });

  it("sees each alert fire when it should, and not before", async () => {
    const { ok, output } = await runCommand(program, ["test", "rules", "tripline.test.yml"], folder);
    expect(output).toContain("SUCCESS");
    expect(ok, output).toBe(true);
  });

  it("sees one that does not fire", async () => {
    const directory = tempDir();
    for (const file of ["tripline.rules.yml", "tripline.test.yml"]) {
      const text = readFileSync(path.join(folder, file), "utf8");
      writeFileSync(path.join(directory, file), text.replaceAll("< 0.9", "< 0.1"));
    }
    const { ok, output } = await runCommand(program, ["test", "rules", "tripline.test.yml"], directory);
    expect(ok).toBe(false);
    expect(output).toContain("TriplineScanPartial");
  });
});

describeWith(python, "sigma-cli", ({ python: program }) => {
  const sigma = (...args: readonly string[]): Promise<CommandResult> =>
    runCommand(program, ["-m", "sigma.cli.main", ...args], GENERATED);

  it("finds nothing to complain of", async () => {
    // The two others fetch their lists from the network.
    const configuration = path.join(tempDir(), "validators.yml");
    writeFileSync(configuration, "validators:\n  - all\n  - -attacktag\n  - -d3_fendtag\n");
    const { ok, output } = await sigma("check", "-c", configuration, "sigma");
    expect(output).toContain("Found 0 errors, 0 condition errors and 0 issues");
    expect(ok, output).toBe(true);
  });

  it.each(["lucene", "esql", "eql"])("converts every rule of single events to %s", async (target) => {
    const files = loadRules().flatMap(({ slug, type }) => (type === "match" ? [`sigma/${slug}.yml`] : []));
    const { ok, output } = await sigma("convert", "-t", target, "--without-pipeline", ...files);
    expect(ok, output).toBe(true);
    const queries = output.split("\n").filter((line) => line.includes("data_stream.dataset"));
    expect(queries.length).toBe(files.length);
  });

  it("converts host takeover and the slow burst to counting ES|QL", async () => {
    const files = ["sigma/host-takeover.yml", "sigma/slow-port-burst.yml"];
    const { ok, output } = await sigma("convert", "-t", "esql", "--without-pipeline", ...files);
    expect(ok, output).toBe(true);
    expect(output.match(/count_distinct\(event_type\)/g)).toHaveLength(3);
    expect(output).toContain("count_distinct(destination.port)");
  });
});

describeWith(python, "the ES|QL checker", ({ python: program }) => {
  const types: Readonly<Record<string, string>> = {
    constant_keyword: "keyword",
    match_only_text: "text",
    "keyword[]": "keyword",
  };
  const mapping = Object.fromEntries(
    FIELDS.filter(({ type }) => !["raw", "labels"].includes(type)).map(({ name, type }) => [name, types[type] ?? type]),
  );
  const check = (queries: Readonly<Record<string, string>>): unknown => {
    const script = path.join(import.meta.dirname, "../support/siem/check_esql.py");
    const { stdout, stderr } = spawnSync(program, [script], {
      input: JSON.stringify({ mapping, queries }),
      encoding: "utf8",
    });
    return stdout === "" ? stderr : JSON.parse(stdout);
  };
  const queries = Object.fromEntries(
    loadRules().flatMap((rule) => {
      if (rule.type === "aggregate") return [[rule.slug, aggregateEsql(rule)]];
      return rule.type === "silence" ? [[rule.slug, silenceEsql(rule)]] : [];
    }),
  );

  it("accepts the queries of the rules", () => {
    expect(Object.keys(queries)).toHaveLength(2);
    expect(check(queries)).toEqual({});
  });

  describe("would see", () => {
    it.each([
      ["a word of the language as a name", (text: string) => text.replaceAll("last_at", "last")],
      ["a field that there is not", (text: string) => text.replaceAll("event.action", "event.actions")],
      ["a wrong type", (text: string) => text.replaceAll("event.action IN", "@timestamp IN")],
    ])("%s", (_, spoil) => {
      const spoiled = Object.fromEntries(Object.entries(queries).map(([name, text]) => [name, spoil(text)]));
      expect(Object.keys(check(spoiled) as object)).toHaveLength(2);
    });
  });
});
