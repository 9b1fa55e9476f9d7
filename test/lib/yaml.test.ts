import { describe, expect, it } from "vitest";
import { parseYaml } from "../../src/lib/yaml.ts";

function firstError(text: string): string {
  const [error] = parseYaml(text).errors;
  return error === undefined ? "" : `${error.line}:${error.column} ${error.message}`;
}

describe("a text that is no YAML is refused in plain words, with its place", () => {
  it.each([
    ["a key without its colon", "a: 1\ntargets\nb: 2\n", '2:1 a colon and a space are missing: write "key: value"'],
    ["a value with a colon", "host: a: b\n", '1:7 a second "key: value" inside a value'],
    ["a bracket that never closes", "a: {b: 1", "1:9 a closing } is missing"],
    ["a bracket that closes twice", "{a: 1}}\n", "1:7 a closing bracket without an opening one"],
    ["a quote that never closes", 'a: "x\n', "2:1 a quote is opened and never closed"],
    ["text after a quote", "a: 'it's'\n", "1:8 this does not belong here"],
    ["a backslash in double quotes", 'a: "\\q"\n', "1:5 \\q means nothing in double quotes"],
    ["two documents", "a: 1\n---\nb: 1\n", "2:1 a second document begins here: remove the line with ---"],
    ["a value that begins with @", "a: @x\n", "1:4 a value cannot begin with @: put it in quotes"],
    ["a star without quotes", "a: [1, *x]\n", "1:8 nothing is named x; put a value that starts with * in quotes"],
    ["an indentation of its own", "a:\n  b: 1\n c: 2\n", "3:1 this line must begin in the same column"],
    ["a tab", "a:\n\t- 1\n", "2:1 a tab is used for indentation; YAML needs spaces"],
    ["a list beside its key", "a: - 1\n", "1:4 a list begins on the next line: write - below the key"],
    ["a missing comma", "a: {b: 1 c: 2}\n", "1:8 a comma is missing"],
    ["a comment that touches", "b: {c: 1}#d\n", "1:10 a space is missing before #"],
    ["a key that appears twice", "a: 1\na: 2\n", "2:1 this key appears twice"],
    ["what nobody else writes", "%YAML 9\na: 1\n", "1:7 this is not valid YAML (Unsupported YAML version 9)"],
  ])("%s", (_, text, expected) => {
    expect(firstError(text)).toContain(expected);
  });
});
