import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { tempDir } from "../support/temp-dir.ts";
import { directoryWith, run } from "./command-line.ts";

const CONFIG = "segment: office\ntargets: [127.0.51.1]\nports: [8022]\n";
describe("wrong usage ends with 2, a sentence and no side effect", () => {
  it.each([
    [
      "an option instead of the value of --output",
      "scan -o --json",
      "'-o, --output <file>' needs a value, got the option '--json'",
    ],
    ["an option instead of the state", "status --state -q", "needs a value, got the option '-q'"],
    ["an option of nmap as a target", "scan --target -iL", "needs a value, got the option '-iL'"],
    [
      "an option of nmap with a value as a target",
      "scan --target --script=evil.nse",
      "got the option '--script=evil.nse'",
    ],
    [
      "an option instead of a reason",
      "baseline learn --by me --reason --quiet",
      "option '--reason <text>' argument missing",
    ],
    ["an unknown format", "status --format xml", "It takes text, table or json."],
    ["an unknown log format", "run --log-format xml", "It takes pretty or json."],
    ["an unknown profile", "scan --profile everything", "It takes ports or deep."],
    ["an unknown severity", "scan --fail-on terrible", "It takes low, medium, high or critical."],
    ["no scan to learn from", "scan --learn-scans 0", "whole number from 1"],
    ["half a scan to learn from", "scan --learn-scans 1.5", "whole number from 1"],
    ["no cycle to replay", "replay --last 0", "whole number from 1"],
    ["a time that is none", "replay --since yesterday", "a duration like 24h or a date like 2027-03-01"],
    ["a span that is none", "anomalies list --since yesterday", "takes a duration like 24h"],
    ["--target with recorded files", "scan --from-xml a.xml --target 127.0.51.1", "for scans with nmap"],
    ["an address outside the scope", "scan --target 127.0.51.2", "127.0.51.2 is outside the configured targets"],
    ["a wider network than the scope", "scan --dry-run --target 127.0.51.0/24", "is outside the configured targets"],
    ["an output file in a missing directory", "scan -o nowhere/scan.json", "its directory does not exist (ENOENT)"],
    ["an output file below a file", "scan -o tripline.yaml/scan.json", "its directory is a file (ENOTDIR)"],
    ["a directory as the output file", "scan -o .", "it is a directory (EISDIR)"],
    ["a recorded file that is not there", "scan --from-xml nope.xml", "nope.xml cannot be read (ENOENT)"],
    ["a directory as a recorded file", "scan --from-xml .", "it is a directory"],
    ["an option that nobody knows", "status --nope", "unknown option '--nope'"],
    ["too many words", "status now", "too many arguments"],
    ["a missing word", "explain", "missing required argument 'id'"],
    ["a mute without an end", "mute add --host 10.0.0.1 --reason r --by b", "needs --reason, --until and --by"],
    ["a mute that ended already", "mute add --host 10.0.0.1 --reason r --by b --until 2020-01-01", "is in the past"],
    [
      "a mute until a day that does not exist",
      "mute add --host 10.0.0.1 --reason r --by b --until 2099-02-31",
      "a duration like 7d or a date",
    ],
    [
      "a mute of a port that does not exist",
      "mute add --port 99999/tcp --reason r --by b --until 1d",
      "--port looks like 8443/tcp",
    ],
    ["a time that does not exist", "replay --since 2026-02-31", "a duration like 24h or a date"],
    ["a slip in a format", "status --format jsn", 'did you mean "json"?'],
    ["a format in capitals", "status -f JSON", 'did you mean "json"?'],
    ["a slip in a severity", "scan --fail-on hgh", 'did you mean "high"?'],
    ["a slip in a severity of drift", "drift --fail-on crtical", 'did you mean "critical"?'],
    ["a slip in a profile", "scan --profile dep", 'did you mean "deep"?'],
    ["a slip in a log format", "run --log-format jsom", 'did you mean "json"?'],
    ["a slip in a profile of assets", "setup elasticsearch --profile cor", 'did you mean "core"?'],
    [
      "a slip in a kind",
      "mute add --kind port-open --reason r --by b --until 1d",
      '--kind takes a kind of anomaly, got "port-open"; did you mean "port-opened"?',
    ],
    ["a kind that is like none", "mute add --kind x --reason r --by b --until 1d", "one of port-opened, port-closed"],
    ["a slip in what is live", "drift --live lats", 'there is no file "lats"; did you mean "last"?'],
    ["a slip in a command", "scna", `unknown command 'scna'; did you mean "scan"?`],
    ["a slip in a subcommand", "setup kafk", `unknown command 'kafk'; did you mean "kafka"?`],
    [
      "a subcommand without its group",
      "accept",
      `unknown command 'accept'; did you mean "anomalies accept" or "baseline accept"?`,
    ],
    ["a subcommand of two groups", "show", '"anomalies show" or "baseline show" or "config show"'],
    [
      "a command that is like none",
      "frobnicate",
      "unknown command 'frobnicate'\n  effect  Nothing was run.\n  fix     tripline --help",
    ],
    ["a slip in an option", "scan --dry-rum", `unknown option '--dry-rum'; did you mean "--dry-run"?`],
    ["a slip in a global option", "hosts --jsn", `unknown option '--jsn'; did you mean "--json"?`],
    ["a slip in a key of the configuration", "config keys outputs.kafak", 'did you mean "outputs.kafka"?'],
    ["a slip in an output", "setup kafka --sink kafak", "none is configured"],
    ["what to type instead of a wrong number", "replay --last many", "such as 5.\n  effect  Nothing was run."],
    ["where the options are listed", "setup kafka --nope", "fix     tripline setup kafka --help"],
    ["a code that does not exist", "doctor --explain TL999", 'there is no code "TL999"'],
  ])("%s", async (_, line, sentence) => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const { code, out, err } = await run(line.split(" "), directory);
    expect(err).toContain(sentence);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(existsSync(join(directory, "--json"))).toBe(false);
  });
});

describe("a configuration that is valid", () => {
  it("comes with the command that tries it on past scans", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const { code, out } = await run(["config", "validate"], directory);
    expect({ code, lines: out.trim().split("\n") }).toEqual({
      code: 0,
      lines: [
        expect.stringMatching(/tripline\.yaml: valid, 0 warnings$/),
        expect.stringMatching(/^try it on archived scans: tripline replay --since 7d -c \S*tripline\.yaml$/),
      ],
    });
  });
});

describe("what stands in the way on the disk", () => {
  it("a file as the state directory is told, and left as it was", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG, state: "a file" });
    for (const command of ["scan", "status", "run --no-web --once"]) {
      const { code, err } = await run([...command.split(" "), "--state", "state"], directory);
      expect([2, 77, 78]).toContain(code);
      expect(err).toContain(join(directory, "state"));
      expect(err).toMatch(/effect[\s\S]*fix/);
    }
    expect(readFileSync(join(directory, "state"), "utf8")).toBe("a file");
  });

  it("an output file that must not be written ends with 77 before anything runs", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG, "scan.json": "{}" });
    chmodSync(join(directory, "scan.json"), 0o400);
    const { code, err } = await program("scan -o scan.json", directory);
    expect(err).toContain("scan.json cannot be written: no permission (EACCES)");
    expect(code).toBe(77);
    expect(existsSync(join(directory, ".tripline"))).toBe(false);
  });

  it("a state directory that must not be written ends with 77", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    mkdirSync(join(directory, "state"), { mode: 0o500 });
    const { code, err } = await program("scan --state state", directory);
    expect(err).toContain(join(directory, "state"));
    expect(code).toBe(77);
  });

  it("a full standard output ends with 4 and says so", async () => {
    const { code, err } = await bash(`${PROGRAM} config schema > /dev/full`);
    expect(err).toContain("standard output cannot be written: no space is left (ENOSPC)");
    expect(code).toBe(4);
  });

  it("a reader that leaves early is no failure, and no standard output at all is none either", async () => {
    expect(await bash(`${PROGRAM} config schema | head -c 1 > /dev/null; exit "\${PIPESTATUS[0]}"`)).toEqual(FINE);
    expect(await bash(`${PROGRAM} config schema >&-`)).toEqual(FINE);
  });
});

const FINE = { code: 0, err: "" };
const PROGRAM = `"${process.execPath}" "${join(import.meta.dirname, "../../bin/tripline.cjs")}"`;
// Root without this capability is bound by the modes of files like everybody else.
const BOUND = process.getuid?.() === 0 ? "setpriv --bounding-set=-dac_override --inh-caps=-dac_override " : "";

/** The program as a process to which the modes of files apply, whoever runs the tests. */
function program(args: string, cwd: string) {
  return bash(`${BOUND}${PROGRAM} ${args}`, cwd);
}

async function bash(line: string, cwd = tempDir()): Promise<{ readonly code: number | null; readonly err: string }> {
  const child = spawn("bash", ["-c", line], { cwd, stdio: ["ignore", "ignore", "pipe"] });
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const [code] = await once(child, "close");
  return { code: typeof code === "number" ? code : null, err };
}
