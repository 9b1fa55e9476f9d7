import { describe, expect, test } from "vitest";
import { fieldsOf, parseKql } from "../support/siem/kql.ts";
import { kqlQuery } from "../support/siem/kql-query.ts";

describe("the part of KQL that is shipped", () => {
  test.each([
    ["a phrase", 'event.kind:"alert"', { match_phrase: { "event.kind": "alert" } }],
    ["a word, with blanks around the colon", "event.kind : alert", { match: { "event.kind": "alert" } }],
    ["a boolean", "tripline.anomaly.notable:true", { match: { "tripline.anomaly.notable": true } }],
    ["a number", "event.severity: 73", { match: { "event.severity": 73 } }],
    ["a comparison", "event.risk_score >= 48", { range: { "event.risk_score": { gte: 48 } } }],
    ["a field that is there", "tls.server.not_after: *", { exists: { field: "tls.server.not_after" } }],
    [
      "a star in a word",
      "data_stream.dataset: tripline.*",
      { query_string: { fields: ["data_stream.dataset"], query: "tripline\\.*" } },
    ],
    ["a star in quotes is a star", 'event.action:"*"', { match_phrase: { "event.action": "*" } }],
    ["nothing", "", { match_all: {} }],
  ])("%s", (_name, text, query) => {
    expect(kqlQuery(text)).toEqual(query);
  });

  test("binds `not` before `and`, and `and` before `or`", () => {
    expect(kqlQuery("not a:1 and b:2 or c:3")).toEqual({
      bool: {
        should: [
          { bool: { filter: [{ bool: { must_not: [{ match: { a: 1 } }] } }, { match: { b: 2 } }] } },
          { match: { c: 3 } },
        ],
        minimum_should_match: 1,
      },
    });
  });

  test("reads lists of values for one field", () => {
    expect(kqlQuery('a:("x" or y)')).toEqual({
      bool: { should: [{ match_phrase: { a: "x" } }, { match: { a: "y" } }], minimum_should_match: 1 },
    });
    expect(kqlQuery("not a:(x or y)")).toEqual({
      bool: {
        must_not: [{ bool: { should: [{ match: { a: "x" } }, { match: { a: "y" } }], minimum_should_match: 1 } }],
      },
    });
  });

  test("names the fields of a query once each", () => {
    expect(fieldsOf(parseKql("a:1 and (b:2 or not a:3) and c > 4"))).toEqual(["a", "b", "c"]);
  });

  test.each([
    ["text without a field", "alert"],
    ["a list that is not closed", "a:(x or y"],
    ["a list with both words", "a:(x or y and z)"],
    ["two expressions without a word between", "a:1 b:2"],
    ["a keyword where a value belongs", "a: and b:2"],
    ["a quote that is not closed", 'a:"x'],
    ["a comparison without a value", "a >="],
    ["a word at the end", "a:1 and"],
  ])("refuses %s", (_name, text) => {
    expect(() => parseKql(text)).toThrow(/^KQL: /);
  });
});
