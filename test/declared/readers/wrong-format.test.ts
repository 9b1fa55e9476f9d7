import { expect, it } from "vitest";
import { wrongFormat } from "../../../src/declared/readers/wrong-format.ts";

it.each<[string, string, RegExp | null]>([
  ["nothing at all", "", /empty/],
  ["nothing but spaces and line breaks", " \r\n\t\n", /empty/],
  ["a zero byte anywhere", "host,port\n10.0.0.1,22\n\0", /binary/],
  ["nothing but comments", "# one\n\n  # two\n", /only comments/],
  ["nothing but the marks of a YAML document", "---\n# one\n...\n", /only comments/],
  ["comments before rows", "# one\nhost,port\n10.0.0.1,22\n", null],
  ["a Terraform state", '{\n "version": 4, "terraform_version": "1.9.0" }', /Terraform/],
  ["a Terraform plan as JSON", '{"format_version":"1.2"}', /Terraform/],
  ["other JSON", '{ "hosts": [] }', null],
  ["a CSV that mentions a state", 'host,port,owner\n10.0.0.1,22,"terraform_version"\n', null],
  ["a template with values", "host,port\n{{ item }},22\n", /template/],
  ["a template with statements", "{% for h in hosts %}\n", /template/],
  ["single braces", "- { host: 10.0.0.1, port: 22 }\n", null],
  ["an inventory", "host,port\n10.0.0.1,22\n", null],
])("%s", (_, text, expected) => {
  if (expected === null) expect(wrongFormat(text)).toBeNull();
  else expect(wrongFormat(text)).toMatch(expected);
});
