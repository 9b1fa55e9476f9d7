import { describe, expect, it } from "vitest";
import { parseConfig } from "../support/configuration.ts";

const AT = { path: "tripline.yaml", directory: "/", environment: {}, now: 1_800_000_000_000 };
const MINIMAL = "segment: a\ntargets: [10.0.0.0/24]\n";

function problems(text: string) {
  const result = parseConfig(text, AT);
  if (result.ok) throw new Error("the configuration was accepted");
  return result.error.problems;
}

describe("a value of the wrong type says what it must be and how it is written", () => {
  const cases: readonly [string, string, string, string | null][] = [
    ["a word that is none of the choices", "pace: fst", "must be polite, normal or fast", 'did you mean "fast"?'],
    ["a word that is far from all choices", "pace: warp", "must be polite, normal or fast", null],
    ["a number for a choice", "pace: 5", "must be polite, normal or fast", null],
    [
      "one entry where a list is meant",
      "exclude: 10.0.0.1",
      "must be a list, not text",
      "write a list: in brackets, or one line with a dash for each entry",
    ],
    [
      "keys where a list is meant",
      "exclude: { a: 1 }",
      "must be a list, not a group of keys",
      "write a list: in brackets, or one line with a dash for each entry",
    ],
    ["a list where one value is meant", "docs_base: [x]", "must be text (URL), not a list", "write one value"],
    ["a number where text is meant", "schedule: 5", "must be text (cron line), not a number", "put it in quotes"],
    [
      "a number without its unit",
      "every: 30",
      "must be text (duration 1s–366d), not a number",
      'write the unit too, in quotes or not: 30m, "3d"',
    ],
    [
      "a size without its unit",
      "store: { max_size: 5 }",
      "must be text (size 256KiB–1024GiB), not a number",
      'write the unit too, in quotes or not: 10MiB, "1GiB"',
    ],
    [
      "a port without its address",
      "web: { listen: 7420 }",
      "must be text (address:port), not a number",
      "write the address too, such as 127.0.0.1:7420",
    ],
    ["yes in quotes", 'controlled: "yes"', "must be true or false, not text", "write true or false, without quotes"],
    [
      "a number in quotes",
      'baseline: { learn: { scans: "20" } }',
      "must be a number, not text",
      "write a number, without quotes",
    ],
    [
      "half a point",
      "score: { alert_at: 48.5 }",
      "must be a whole number, not a fraction",
      "write a whole number, without quotes",
    ],
    [
      "a value where keys are meant",
      "nmap: /usr/bin/nmap",
      "must be a group of keys, not text",
      "write its keys below it: path",
    ],
    [
      "a key with nothing behind it",
      "vantage:",
      "must be a group of keys, not empty",
      "write its keys below it: name, closed, seen_as",
    ],
    ["a label that no event may carry", "labels: { Site: x }", "a label key has a-z, 0-9 and _ only", null],
    [
      "an address without its protocol",
      "public_url: here",
      "must be an address that begins with https:// or http://",
      null,
    ],
    ["an empty list", "ports: []", "needs at least one entry", null],
    ["a missing entry", "tags: [{ match: 10.0.0.1 }]", "is required and missing", null],
  ];
  it.each(cases)("%s", (_, line, message, hint) => {
    expect(problems(`${MINIMAL}${line}\n`)).toMatchObject([{ message, hint }]);
  });

  it("never in the words of the schema, whatever the key is given", () => {
    const keys = ["segment", "targets", "schedule", "every", "profiles", "ports", "pace", "controlled", "vantage"];
    const more = ["baseline", "score", "mutes", "declared", "labels", "tags", "outputs", "store", "web", "nmap"];
    const wrong = ["5", "-1.5", "true", "[]", "[[]]", "{}", "{ a: 1 }", '""', "~", "x", "[5]", "[{}]"];
    const said = [...keys, ...more].flatMap((key) =>
      wrong.flatMap((value) => {
        const others = MINIMAL.split("\n").filter((line) => !line.startsWith(`${key}:`));
        const result = parseConfig(`${others.join("\n")}${key}: ${value}\n`, AT);
        return result.ok ? [] : result.error.problems.map(({ message }) => message);
      }),
    );
    expect(said.length).toBeGreaterThan(150);
    expect(said.filter((text) => /invalid|expected|received|too (small|big)|regex|enum/i.test(text))).toEqual([]);
  });

  it("in the place of the value, with a caret below it", () => {
    expect(problems(`${MINIMAL}store: { max_size: 5 }\n`)).toMatchObject([{ line: 3, column: 20, length: 1 }]);
  });

  it("without repeating the value, which may be a secret", () => {
    const line = "outputs: { elasticsearch: { url: https://es, api_key: [hunter2hunter2] } }";
    const result = parseConfig(`${MINIMAL}${line}\n`, AT);
    expect(result.ok ? "" : result.error.text).toContain("api_key: must be text (secret), not a list");
    expect(result.ok ? "" : result.error.text).not.toContain("hunter2");
  });
});

describe("a hint", () => {
  const mute = (match: string) => `${MINIMAL}mutes: [{ match: { ${match} }, until: 2027-06-01, reason: x, by: me }]\n`;

  it.each([
    [
      "a kind of a mute with a slip",
      mute("kind: port-opend"),
      "is not one of the known words",
      'did you mean "port-opened"?',
    ],
    [
      "a kind of a mute by a part of its name",
      mute("kind: hostkey"),
      "is not one of the known words",
      'did you mean "hostkey-changed"?',
    ],
    ["several kinds of a mute", mute("kind: [port-opened, port-closed]"), "must be one word, not a list", null],
    [
      "a port of a mute without its protocol",
      mute("port: 80"),
      "must be text (port/protocol), not a number",
      "write the protocol too, such as 8443/tcp",
    ],
    [
      "a key of a group that is written beside the group",
      `${MINIMAL}max_size: 1GiB\n`,
      "unknown key",
      'it belongs below "store"',
    ],
    [
      "a key like one that is there already",
      mute('proto: tcp, port: "80/tcp"'),
      "unknown key",
      "known here: host, port, kind, anomaly, segment",
    ],
  ])("says of %s what to write", (_, text, message, hint) => {
    expect(problems(text)).toMatchObject([{ message, hint }]);
  });

  it("that leads to two words is none, and all of them are listed", () => {
    expect(problems(mute("kind: opened"))).toMatchObject([
      { message: expect.stringContaining("must be port-opened, "), hint: null },
    ]);
  });
});

describe("a file in another encoding", () => {
  it.each([
    ["UTF-16 as Windows writes it", Buffer.from(`\ufeff${MINIMAL}`, "utf16le"), 1, "iconv -f UTF-16 -t UTF-8"],
    ["UTF-16 without a mark", Buffer.from(MINIMAL, "utf16le"), 1, "iconv -f UTF-16LE -t UTF-8"],
    ["UTF-16, big-endian", Buffer.from(`\ufeff${MINIMAL}`, "utf16le").swap16(), 1, "iconv -f UTF-16 -t UTF-8"],
    ["Latin-1", Buffer.from(`${MINIMAL}# M\xfcnchen\n`, "latin1"), 3, "iconv -f WINDOWS-1252 -t UTF-8"],
    ["a program", Buffer.from("\x7fELF\x02\x01\x01\0\0\0", "latin1"), 1, "this is a binary file, not UTF-8 text"],
  ])("%s is named, with the command that converts it", (_, bytes, line, message) => {
    const text = bytes.toString("utf8");
    expect(problems(text)).toMatchObject([{ line, message: expect.stringContaining(message) }]);
  });

  it("with a byte order mark of UTF-8 is read", () => {
    expect(parseConfig(`\ufeff${MINIMAL}`, AT)).toMatchObject({ ok: true });
  });
});
