import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { effectiveValues } from "../../src/config/effective.ts";
import { parseConfig } from "../support/configuration.ts";
import { tempDir } from "../support/temp-dir.ts";

const AT = { path: "tripline.yaml", directory: "/", environment: { KEY: "fromTheEnvironment1" }, now: 1 };

function read(outputs: string, at: Partial<typeof AT> = {}) {
  return parseConfig(`segment: a\ntargets: [10.0.0.0/24]\noutputs:\n${outputs}\n`, { ...AT, ...at });
}

function loaded(outputs: string, at: Partial<typeof AT> = {}) {
  const result = read(outputs, at);
  if (!result.ok) throw new Error(result.error.text);
  return result.value;
}

/** `line:column path: message (hint)` of everything that is wrong. */
function problems(outputs: string, at: Partial<typeof AT> = {}): readonly string[] {
  const result = read(outputs, at);
  if (result.ok) return [];
  return result.error.problems.map(
    ({ line, column, path, message, hint }) =>
      `${line}:${column} ${path}: ${message}${hint === null ? "" : ` (${hint})`}`,
  );
}

const KINDS = "file, stdout, kafka or elasticsearch";

describe("outputs", () => {
  it("named after their kind need no kind, as ever", () => {
    const text = `  kafka: { brokers: ["k:1"] }\n  file: { path: x }\n  stdout: {}\n  elasticsearch: { url: "https://h" }`;
    expect(loaded(text).config.outputs).toMatchObject({
      kafka: { kind: "kafka", brokers: ["k:1"] },
      file: { kind: "file" },
      stdout: { kind: "stdout", backfill: false },
      elasticsearch: { kind: "elasticsearch" },
    });
  });

  it("of one kind may be many, each under a name of its own", () => {
    const text = `  kafka: { brokers: ["k:1"] }\n  soc: { kind: kafka, brokers: ["s:1"], topic_prefix: soc }\n  Audit-2: { kind: file, path: a }\n  b: { kind: file, path: b }`;
    expect(Object.entries(loaded(text).config.outputs).map(([name, { kind }]) => `${name} ${kind}`)).toEqual([
      "kafka kafka",
      "soc kafka",
      "Audit-2 file",
      "b file",
    ]);
  });

  it.each([
    [
      "without a kind",
      'soc: { brokers: ["k:1"] }',
      [`4:3 outputs.soc: an output that is not named after its kind needs kind: ${KINDS}`],
    ],
    ["that are empty", "soc:", ["4:7 outputs.soc: must be a group of keys, not empty (write its keys below it)"]],
    ["that are a word", "soc: kafka", ["4:8 outputs.soc: must be a group of keys, not text (write its keys below it)"]],
    [
      "with a slip in the name of a kind",
      'kafak: { brokers: ["k:1"] }',
      [`4:3 outputs.kafak: an output that is not named after its kind needs kind: ${KINDS} (did you mean "kafka"?)`],
    ],
    [
      "with a slip in the kind",
      "soc: { kind: elasticsaerch, url: x }",
      [`4:16 outputs.soc.kind: the kind of an output is ${KINDS} (did you mean "elasticsearch"?)`],
    ],
    ["with a kind of their own", "soc: { kind: splunk }", [`4:16 outputs.soc.kind: the kind of an output is ${KINDS}`]],
    [
      "with a kind that is no word",
      "soc: { kind: [kafka] }",
      [`4:16 outputs.soc.kind: the kind of an output is ${KINDS}`],
    ],
    [
      "named after another kind, without the keys of that one on top",
      'file: { kind: kafka, brokers: ["k:1"] }',
      ["4:17 outputs.file.kind: the name file is reserved for an output of kind file; give this one another name"],
    ],
    [
      "with a key of another kind",
      'soc: { kind: kafka, brokers: ["k:1"], path: x }',
      [
        "4:41 outputs.soc.path: unknown key (known here: brokers, topic_prefix, compression, tls, sasl, kind, backfill)",
      ],
    ],
    [
      "with a slip in a key",
      'soc: { kind: kafka, brokers: ["k:1"], compresion: gzip }',
      ['4:41 outputs.soc.compresion: unknown key (did you mean "compression"?)'],
    ],
    [
      "with a slip in a value",
      'soc: { kind: kafka, brokers: ["k:1"], compression: gzp }',
      ['4:54 outputs.soc.compression: must be none or gzip (did you mean "gzip"?)'],
    ],
  ])("%s are explained", (_, line, told) => {
    expect(problems(`  ${line}`)).toEqual(told);
  });

  it.each(["a_b", "a.b", "a b", "ä", "-a", "a-", "__proto__", "a".repeat(33), '"a/b"', '"a\\u202eb"'])(
    "may not be called %s",
    (name) => {
      expect(problems(`  ${name}: { kind: file, path: x }`)).toEqual([
        expect.stringMatching(
          /^4:3 outputs\..*: an output name is made of letters and digits, with dashes between them, at most 32 characters/,
        ),
      ]);
    },
  );

  it.each(["a", "A1", "kafka-2", "constructor", "toString", "1", "a".repeat(32)])("may be called %s", (name) => {
    expect(problems(`  ${name}: { kind: file, path: x }`)).toEqual([]);
  });

  it("are shown with kind, defaults and origin, each under its name", () => {
    const shown = effectiveValues(loaded('  soc: { kind: kafka, brokers: ["k:1"] }'));
    expect(shown.filter(({ path }) => path.startsWith("outputs."))).toEqual([
      { path: "outputs.soc.brokers", value: "[k:1]", origin: "tripline.yaml:4" },
      { path: "outputs.soc.topic_prefix", value: "tripline", origin: "default" },
      { path: "outputs.soc.compression", value: "none", origin: "default" },
      { path: "outputs.soc.kind", value: "kafka", origin: "tripline.yaml:4" },
      { path: "outputs.soc.backfill", value: "false", origin: "default" },
    ]);
  });
});

describe("two outputs that would write into the same file", () => {
  function place(): string {
    const directory = tempDir();
    mkdirSync(join(directory, "real"));
    writeFileSync(join(directory, "real", "there.ndjson"), "");
    symlinkSync(join(directory, "real"), join(directory, "link"));
    symlinkSync(join(directory, "real", "there.ndjson"), join(directory, "to-there.ndjson"));
    linkSync(join(directory, "real", "there.ndjson"), join(directory, "hard.ndjson"));
    return directory;
  }

  it.each([
    ["the same path", "x.ndjson", "x.ndjson"],
    ["a detour", "x.ndjson", "./y/../x.ndjson"],
    ["a link to the folder, of a file to come", "real/new.ndjson", "link/new.ndjson"],
    ["a link to the folder, in folders to come", "real/a/b/new.ndjson", "link/a/b/new.ndjson"],
    ["a link to the file", "real/there.ndjson", "to-there.ndjson"],
    ["a second name of the file", "real/there.ndjson", "hard.ndjson"],
  ])("are refused with the line: %s", (_, first, second) => {
    const text = `  one: { kind: file, path: ${first} }\n  two: { kind: file, path: ${second} }`;
    expect(problems(text, { directory: place() })).toEqual([
      expect.stringMatching(
        /^5:28 outputs\.two\.path: outputs\.one already writes to the file .*; .*\(give each output/,
      ),
    ]);
  });

  it("are refused where the standard output is the file", () => {
    expect(problems("  stdout: {}\n  again: { kind: stdout }")).toEqual([
      expect.stringMatching(/^5:10 outputs\.again: outputs\.stdout already writes to standard output/),
    ]);
  });

  it("are taken when the files differ, and when servers are the same", () => {
    const text = `  a: { kind: file, path: a }\n  b: { kind: file, path: b }\n  c: { kind: kafka, brokers: ["k:1"] }\n  d: { kind: kafka, brokers: ["k:1"] }`;
    expect(problems(text, { directory: place() })).toEqual([]);
  });
});

describe("the secrets of named outputs", () => {
  const TWO = `  es-a: { kind: elasticsearch, url: "https://u:inTheUrl1@h", api_key: inTheFile1 }
  token-feed: { kind: elasticsearch, url: "https://h", username: bob, password: "\${env:KEY}" }`;

  it("are found by their references, each for its output", () => {
    const { secrets } = loaded(TWO);
    expect([...secrets].map(([path, one]) => [path, one.reveal()])).toEqual([
      ["outputs.es-a.api_key", "inTheFile1"],
      ["outputs.token-feed.password", "fromTheEnvironment1"],
    ]);
  });

  it("are hidden in all text, and their warnings have a place", () => {
    const { redact, warningText, warnings } = loaded(TWO);
    expect(redact("inTheUrl1 inTheFile1 fromTheEnvironment1")).toBe("[secret] [secret] [secret]");
    expect(warnings.map(({ path }) => path)).toEqual(["outputs.es-a.url", "outputs.es-a.api_key"]);
    expect(warningText).not.toMatch(/inTheUrl1|inTheFile1/);
  });

  it("are told apart from what a name only sounds like", () => {
    const shown = new Map(effectiveValues(loaded(TWO)).map(({ path, value }) => [path, value]));
    expect(shown.get("outputs.token-feed.url")).toBe("https://h");
    expect(shown.get("outputs.token-feed.password")).toBe("${env:KEY}");
    expect(shown.get("outputs.es-a.api_key")).toBe("[secret]");
    expect(shown.get("outputs.es-a.url")).toBe("https://[secret]@h");
  });

  it("do not turn the name of an output into a riddle when they are the same word", () => {
    const { redact } = loaded(
      '  frankfurt: { kind: elasticsearch, url: "https://h", username: u, password: frankfurt }',
    );
    expect(redact("output frankfurt: refused")).toBe("output frankfurt: refused");
  });

  it("are refused with their line when the reference leads nowhere", () => {
    expect(problems('  es-a: { kind: elasticsearch, url: "https://h", api_key: "${env:NOPE}" }')).toEqual([
      expect.stringMatching(/^4:59 outputs\.es-a\.api_key: environment variable NOPE is not set/),
    ]);
  });
});
