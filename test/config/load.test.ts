import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { effectiveValues } from "../../src/config/effective.ts";
import { parseConfig } from "../support/configuration.ts";
import { tempDir } from "../support/temp-dir.ts";

const AT = { path: "tripline.yaml", directory: "/", environment: {}, now: 1_800_000_000_000 };

function problems(text: string): string {
  const result = parseConfig(text, AT);
  if (result.ok) throw new Error("the configuration was accepted");
  expect(result.error.exit).toBe(78);
  return result.error.text;
}

const MINIMAL = "segment: a\ntargets: [10.0.0.0/24]\n";

describe("a configuration", () => {
  it("needs no more than segment and targets", () => {
    const result = parseConfig(MINIMAL, AT);
    expect(result.ok && result.value.config).toMatchObject({ ports: "top-1000", score: { alert_at: 48 }, outputs: {} });
  });

  it("takes host names as targets and excludes, and asks nobody about them", () => {
    const result = parseConfig('segment: a\ntargets: [db.internal, "10.0.0.0/24"]\nexclude: [printer.internal]\n', AT);
    expect(result.ok && result.value.config.targets).toEqual(["db.internal", "10.0.0.0/24"]);
  });

  it.each([
    ["fragile", "fragile: [printer.internal]"],
    ["a mute", 'mutes: [{ match: { host: db.internal }, reason: r, by: b, until: "2027-03-01" }]'],
    ["tags", "tags: [{ match: db.internal, tags: [x] }]"],
  ])("refuses a host name where an address is meant: %s", (_, line) => {
    expect(problems(`${MINIMAL}${line}\n`)).toContain("names are for targets and exclude");
  });

  it.each([
    ["outside targets", `${MINIMAL}fragile: [10.9.0.1]\n`, 1],
    ["inside targets", `${MINIMAL}fragile: [10.0.0.40-49]\n`, 0],
    ["that are some of a fragile network", `${MINIMAL}fragile: [10.0.0.0/8]\n`, 0],
    ["in an IPv6 network", `segment: a\ntargets: ["2001:db8::5"]\nfragile: ["2001:db8::/64"]\n`, 0],
    ["in another IPv6 network", `segment: a\ntargets: ["2001:db8::5"]\nfragile: ["2001:db8:1::/64"]\n`, 1],
    ["where only names are listed", "segment: a\ntargets: [db.internal]\nfragile: [10.9.0.1]\n", 0],
  ])("warns of fragile hosts %s", (_, text, warnings) => {
    const result = parseConfig(text, AT);
    expect(result.ok && result.value.warnings).toHaveLength(warnings);
  });

  it.each([
    ["exclude", 'exclude: ["2001:db8:1::/64", 11.0.0.0/8]'],
    ["tags", 'tags: [{ match: "2001:db8::/32", tags: [x] }]'],
    ["a mute", 'mutes: [{ match: { host: "2001:db8::/64" }, reason: r, by: b, until: "2027-03-01" }]'],
  ])("takes networks of any size where hosts are held against them: %s", (_, line) => {
    expect(parseConfig(`${MINIMAL}${line}\n`, AT)).toMatchObject({ ok: true });
  });

  it("refuses an IPv6 network as a target with its place and the reason", () => {
    expect(problems('segment: a\ntargets:\n  - 10.0.0.1\n  - "2001:db8::/64"\n')).toContain(
      'tripline.yaml:4:5  targets.1: "2001:db8::/64": an IPv6 network wider than /120 is never swept: list its hosts',
    );
  });

  it("tells every problem at once, with place, caret and suggestion", () => {
    const text = problems(
      'segment: dmz\ntargets: [10.20.0.0/33]\nschedule: "*/30 * * *"\noutputs:\n  kafak: { brokers: ["k:9092"] }\n',
    );
    expect(text).toBe(
      [
        'tripline.yaml:2:11  targets.0: prefix length must be 0-32, got "/33"',
        "  2 | targets: [10.20.0.0/33]",
        "    |           ^^^^^^^^^^^^",
        "tripline.yaml:3:11  schedule: a cron line has 5 fields, this has 4",
        '  3 | schedule: "*/30 * * *"',
        "    |           ^^^^^^^^^^^^",
        "tripline.yaml:5:3  outputs.kafak: an output that is not named after its kind needs kind: file, stdout, kafka or elasticsearch",
        '  5 |   kafak: { brokers: ["k:9092"] }',
        '    |   ^^^^^  did you mean "kafka"?',
        "3 errors. Nothing was started. Every key and its form: tripline config keys",
      ].join("\n"),
    );
  });

  it.each([
    ["an unquoted cron line is read as an alias", `${MINIMAL}schedule: */30 * * * *\n`, "* or & in quotes"],
    ["a key stands twice", `${MINIMAL}segment: b\n`, "appears twice"],
    ["nothing is given", "", "is required and missing"],
    ["the whole Internet is a target", "segment: a\ntargets: [0.0.0.0/0]\n", "whole Internet"],
    ["a target looks like an option", 'segment: a\ntargets: ["--script=x"]\n', "looks like an option of nmap"],
    ["a target has an octal octet", "segment: a\ntargets: [010.0.0.1]\n", "not an address"],
    ["fast is asked for without control", `${MINIMAL}pace: fast\n`, "controlled: true"],
    ["pages lie behind another scheme", `${MINIMAL}docs_base: "ftp://e/x"\n`, "begins with https:// or http://"],
    ["the address of the pages is a path", `${MINIMAL}docs_base: docs/\n`, "begins with https:// or http://"],
    ["the address of the pages has a query", `${MINIMAL}docs_base: "https://e/x?ref=1"\n`, "has no ? and no #"],
    ["the address of the pages has an anchor", `${MINIMAL}docs_base: "https://e/x#top"\n`, "has no ? and no #"],
    ["the address of the pages has a password", `${MINIMAL}docs_base: "https://u:pw@e/x"\n`, "in every event"],
    ["the address of the pages is endless", `${MINIMAL}docs_base: "https://e/${"x".repeat(600)}"\n`, "at most 512"],
    ["health is served to everybody", `${MINIMAL}web: { listen: "0.0.0.0:7420" }\n`, "loopback only"],
    [
      "a secret is not there",
      `${MINIMAL}outputs: { elasticsearch: { url: "https://e", api_key: "\${env:NOPE}" } }\n`,
      "NOPE is not set",
    ],
    [
      "a certificate is not there",
      `${MINIMAL}outputs: { elasticsearch: { url: "https://e", ca_file: ./nope.pem } }\n`,
      "outputs.elasticsearch.ca_file: cannot be read (ENOENT)",
    ],
  ])("is refused when %s", (_, text, phrase) => {
    expect(problems(text)).toContain(phrase);
  });

  it("refuses a secret file that everybody may read with 77", () => {
    const directory = tempDir();
    writeFileSync(join(directory, "key"), "s3cret");
    chmodSync(join(directory, "key"), 0o644);
    const text = `${MINIMAL}outputs: { elasticsearch: { url: "https://e", api_key: "\${file:./key}" } }\n`;
    const result = parseConfig(text, { ...AT, directory });
    expect(result.ok ? null : result.error.exit).toBe(77);
  });

  it("never prints a secret", () => {
    const directory = tempDir();
    writeFileSync(join(directory, "key"), "s3cret", { mode: 0o600 });
    const text = `${MINIMAL}outputs: { elasticsearch: { url: "https://e", api_key: "\${file:./key}" } }\n`;
    const result = parseConfig(text, { ...AT, directory });
    if (!result.ok) throw new Error(result.error.text);
    expect(JSON.stringify(effectiveValues(result.value))).not.toContain("s3cret");
    expect(`${[...result.value.secrets.values()].join()}${JSON.stringify([...result.value.secrets])}`).not.toContain(
      "s3cret",
    );
  });

  it.each(["config/tripline.example.yaml", "README.md"])("in %s is valid", (file) => {
    const text = readFileSync(join(import.meta.dirname, "../..", file), "utf8");
    const yaml = file.endsWith(".md") ? (/```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? "") : text;
    const result = parseConfig(yaml.replace("${file:/run/secrets/es-api-key}", "inline"), AT);
    expect(result.ok ? "" : result.error.text).toBe("");
  });
});
