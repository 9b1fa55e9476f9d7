import { describe, expect, it } from "vitest";
import { cookbookQueries, fieldsInEsql } from "../../bench/siem/measure/cookbook.ts";
import { EQUIVALENTS } from "../../bench/siem/measure/equivalents.ts";
import { fieldNamed } from "../../src/events/fields.ts";
import { fieldsOf, parseKql } from "../support/siem/kql.ts";

const queries = cookbookQueries();

describe("the query cookbook", () => {
  it("has queries of both languages", () => {
    expect(queries.filter(({ language }) => language === "kql").length).toBeGreaterThan(12);
    expect(queries.filter(({ language }) => language === "esql").length).toBeGreaterThan(9);
    expect(new Set(queries.map(({ title }) => title)).size).toBe(queries.length);
  });

  it.each(queries)("asks only for fields that events have: $title", ({ language, text }) => {
    const fields = language === "kql" ? fieldsOf(parseKql(text)) : fieldsInEsql(text);
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.filter((name) => fieldNamed(name) === null)).toEqual([]);
  });

  it.each(queries.filter(({ language }) => language === "esql"))(
    "has an aggregation that says the same: $title",
    (one) => {
      expect(EQUIVALENTS[one.title]).toBeDefined();
      // Two words that look like names and are none.
      expect(one.text).not.toMatch(/\b(?:first|last) =/);
    },
  );

  it("finds fields in an ES|QL text, but not in its strings and sources", () => {
    const text =
      'FROM logs-tripline.scan-*\n| WHERE a.b == "c.d" AND @timestamp > NOW()\n| STATS x = MAX(e.f_g) BY a.b';
    expect(fieldsInEsql(text)).toEqual(["a.b", "@timestamp", "e.f_g"]);
  });
});
