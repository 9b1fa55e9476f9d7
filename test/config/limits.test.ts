import { describe, expect, it } from "vitest";
import { parseConfig } from "../support/configuration.ts";

const AT = { path: "tripline.yaml", directory: "/", environment: {}, now: 1_800_000_000_000 };
const MINIMAL = "segment: a\ntargets: [10.0.0.0/24]\n";

function read(text: string) {
  const result = parseConfig(text, AT);
  if (!result.ok) return { text: result.error.text, warnings: [] };
  return { text: "valid", warnings: result.value.warnings.map((warning) => `${warning.path}: ${warning.message}`) };
}

describe("a number that cannot work, or that nobody means, is refused with its line, the reason and a good value", () => {
  it.each([
    ["every: 0s", '"0s" is less than 1s: scans would follow each other without a pause; for example "30m"'],
    ["every: 999ms", "less than 1s"],
    ["every: 367d", "more than 366d: the segment would hardly ever be scanned"],
    ["every: 999999999d", "more than 366d"],
    ["profiles: { ports: { every: 0ms } }", "profiles.ports.every"],
    ["profiles: { deep: { every: 9999d } }", "profiles.deep.every"],
    ["baseline: { learn: { at_least: 9999999d } }", "more than 366d: the baseline would never be mature"],
    ["baseline: { learn: { scans: 0 } }", "1 to 10000 scans"],
    ["baseline: { learn: { scans: 900000000 } }", "1 to 10000 scans"],
    ["declared: [{ inventory: a.csv, max_age: 0s }]", "less than 1s: every file would be stale"],
    ["declared: [{ inventory: a.csv, max_age: 99999d }]", "more than 3660d"],
    ["store: { keep_raw: 0s }", "less than 1m: a scan would be forgotten"],
    ["store: { keep_raw: 1B }", "a duration is a number with ms, s, m, h or d"],
    ["store: { keep_raw: 9999999d }", "more than 3660d"],
    ["store: { max_size: 1B }", "less than 256KiB: not even an empty store fits"],
    [
      "store: { max_size: 99999999GiB }",
      'more than 1024GiB: it no longer limits anything: a full disk would stop the agent first; for example "1GiB"',
    ],
    ["store: { max_raw: 1B }", "less than 1MiB: the archive would not hold a single scan"],
    ["store: { max_raw: 999999999GiB }", "more than 102400GiB"],
    ["score: { alert_at: 101 }", "a score is 0 to 100"],
    ["ports: top-0", "1 to 65535 of them"],
    ["ports: top-99999", "1 to 65535 of them"],
    ['ports: ["8100-8000"]', "the lower end first"],
    ['ports: ["0-70000"]', "from 1 to 65535"],
    ['web: { listen: "127.0.0.1:99999" }', "a port up to 65535, for example 127.0.0.1:7420"],
    ['web: { listen: "127.0.0.1" }', "address:port"],
    ['web: { listen: "127.0.0.1:" }', "address:port"],
    ['web: { listen: "localhost:http" }', "address:port"],
    ['web: { listen: "127.0.0.999:7420" }', "loopback only"],
    ['outputs: { kafka: { brokers: ["k:0"] } }', "the port of a broker is 1 to 65535"],
    ['outputs: { kafka: { brokers: ["k:99999"] } }', "the port of a broker is 1 to 65535"],
    ['mutes: [{ match: { port: 99999/tcp }, reason: r, by: b, until: "2027-03-01" }]', "1 to 65535"],
    ['mutes: [{ match: { port: 80/tcp }, reason: r, by: b, until: "2027-02-31" }]', "a date looks like 2027-03-01"],
  ])("%s", (line, says) => {
    const { text } = read(`${MINIMAL}${line}\n`);
    expect(text).toMatch(/^tripline\.yaml:3:\d+ /);
    expect(text).toContain(says);
    expect(text).toMatch(/\n {2}3 \| .*\n {4}\| +\^/);
  });

  it.each([
    "every: 1s",
    "every: 366d",
    "baseline: { learn: { at_least: 0s, scans: 1 } }",
    "store: { max_size: 256KiB, max_raw: 1MiB, keep_raw: 1m }",
    "store: { max_size: 1024GiB }",
    "ports: top-1",
    'ports: [1, 65535, "1-65535", "80-80"]',
    'web: { listen: "127.0.0.1:0" }',
    'web: { listen: "[::1]:7420" }',
    'web: { listen: "localhost:65535" }',
    'outputs: { kafka: { brokers: ["k:1", "k-2.internal:65535"] } }',
  ])("at its edge is taken: %s", (line) => {
    expect(read(`${MINIMAL}${line}\n`)).toMatchObject({ text: "valid" });
  });
});

describe("exclude that leaves nothing to scan is refused with its line", () => {
  it.each([
    ["the same network", "[10.0.0.0/24]", "[10.0.0.0/24]"],
    ["a wider one", "[10.0.0.0/24, 10.0.1.5]", "[10.0.0.0/16]"],
    ["halves", "[10.0.0.0/24]", "[10.0.0.0/25, 10.0.0.128/25]"],
    ["a range and a network", "[10.0.0.0/29]", "[10.0.0.0-3, 10.0.0.4/30]"],
    ["several that overlap", "[10.0.0.0/30]", "[10.0.0.0-2, 10.0.0.1-3]"],
    ["addresses one by one", "[10.0.0.4/31]", "[10.0.0.5, 10.0.0.4]"],
    ["the same name, written otherwise", "[db.internal]", "[DB.Internal.]"],
    ["names and networks", "[db.internal, 10.0.0.1]", "[10.0.0.0/24, db.internal]"],
    ["IPv6, written otherwise", '["2001:db8::/120"]', '["2001:DB8:0::0/121", "2001:db8::80/121"]'],
  ])("%s", (_, targets, exclude) => {
    const { text } = read(`segment: a\ntargets: ${targets}\nexclude: ${exclude}\n`);
    expect(text).toMatch(/^tripline\.yaml:3:10 {2}exclude: exclude covers every target, so nothing would be scanned/);
  });

  it.each([
    ["one address is left", "[10.0.0.0/30]", "[10.0.0.0-2]", []],
    ["a name may stand for something else", "[db.internal]", "[10.0.0.0/16]", []],
    ["another family", "[10.0.0.1]", '["2001:db8::/120"]', []],
    [
      "one target of two goes",
      "[10.0.0.1, 10.0.0.2]",
      "[10.0.0.2]",
      ['targets.1: "10.0.0.2" is excluded completely, so it has no effect'],
    ],
  ])("but not when %s", (_, targets, exclude, warnings) => {
    expect(read(`segment: a\ntargets: ${targets}\nexclude: ${exclude}\n`)).toEqual({ text: "valid", warnings });
  });
});

it("targets that together are too many are refused before a scan", () => {
  const text = read("segment: a\ntargets: [10.0.0.0/16, 10.0.0.0/17, 10.1.0.0/16]\n").text;
  expect(text).toMatch(/:2:10 {2}targets: 131072 addresses, at most 65536/);
  expect(read("segment: a\ntargets: [10.0.0.0/16, 10.0.0.0/17]\n").text).toBe("valid");
});

it.each([
  ["ports: {}", "profiles.ports: neither schedule nor every is given: the general schedule applies"],
  ["deep: {}", "profiles.deep: neither schedule nor every is given: it never runs"],
  [
    'deep: { schedule: "@daily", every: 1d }',
    "profiles.deep.schedule: every is given too and takes precedence; keep one of them",
  ],
])("a profile that says twice or not at all when it runs is warned of: %s", (line, says) => {
  expect(read(`${MINIMAL}profiles: { ${line} }\n`).warnings).toEqual([says]);
});

it("no value of the file begins a line of its own in what is printed (a pipeline took it for a command)", () => {
  const value = JSON.stringify("x\n::error::owned\r::set-env\u2028::b");
  for (const line of [
    `segment: ${value}`,
    `exclude: [${value}]`,
    `schedule: ${value}`,
    `mutes: [{ match: { kind: ${value} } }]`,
  ]) {
    const { text } = read(`segment: a\ntargets: [10.0.0.1]\n${line}\n`.replace(/^segment: a\n(?=.*\nsegment)/s, ""));
    expect(text).toContain("error");
    expect(text.split(/[\n\r\u2028]/).filter((shown) => shown.startsWith("::"))).toEqual([]);
  }
});

describe("a safe period", () => {
  const safe = (windows: string, more = "") => read(`${MINIMAL}baseline: { learn: { safe: ${windows} } }\n${more}`);

  it.each([
    ["of three hours", '["Sat 02:00-05:00"]', ""],
    ["that overlaps another", '["Sat 02:00-05:00", "Sat 03:00-06:00", "daily 00:00-24:00"]', ""],
    ["as long as the time between two scans", '["Sat 02:00-03:00"]', "every: 1h\n"],
    ["that a daily scan meets", '["Sat 02:00-05:00"]', 'schedule: "0 3 * * *"\n'],
    ["that the profile meets", '["Sat 02:00-05:00"]', "every: 1d\nprofiles: { ports: { every: 1h } }\n"],
  ])("%s is fine", (_, windows, more) => {
    expect(safe(windows, more)).toEqual({ text: "valid", warnings: [] });
  });

  it.each([
    ["every: 12h\n", "scans are 12h 0m apart and this window lasts 3h 0m: where none fits into it, nothing is learned"],
    ['schedule: "0 9 * * *"\n', "scans are 1d 0h apart and this window lasts 3h 0m"],
    ["profiles: { ports: { every: 6h } }\n", "scans are 6h 0m apart"],
  ])("that scans may miss is a warning: %j", (more, says) => {
    const { text, warnings } = safe('["daily 00:00-24:00", "Sat 02:00-05:00"]', more);
    expect(text).toBe("valid");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`baseline.learn.safe.1: ${says}`);
  });

  it.each(["Sat 25:00", "Sat 25:00-26:00", "Saturday 02:00-05:00", "Sat 02:00-02:00", "02:00-05:00", ""])(
    "%j is refused with its place and the form of a window",
    (window) => {
      const { text } = safe(`["Sun 02:00-05:00", "${window}"]`);
      expect(text).toContain(`baseline.learn.safe.1: a window looks like "Sat 02:00-05:00"`);
      expect(text).toMatch(/\n +\| +\^/);
    },
  );
});
