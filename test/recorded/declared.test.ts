import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LoadedConfig } from "../../src/config/load.ts";
import { parseConfig } from "../support/configuration.ts";
import type { HostSpec } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";
import { play, told } from "./play.ts";
import type { Recording } from "./recording.ts";
import { but, httpPort, plus, segment, sshPort } from "./segment.ts";

const FIVE = segment(5);
const HEAD = "host,port,proto,service\n";
const WHOLE = FIVE.map(({ address }) => `${address},22,tcp,ssh\n${address},80,tcp,http\n`).join("");

function config(directory: string, rows: string): LoadedConfig {
  writeFileSync(join(directory, "inv.csv"), HEAD + rows);
  const text = "segment: recorded\ntargets: [10.0.0.0/24]\ndeclared: [{ inventory: ./inv.csv }]\n";
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}

const declaring = (rows: string) => config(tempDir(), rows);
const with81 = but(FIVE, 2, (h) => plus(h, httpPort("1.24.0", 81)));
const moved = but(
  FIVE,
  2,
  (h): HostSpec => ({ ...h, ports: [(h.ports ?? [])[0] ?? sshPort("x"), httpPort("1.24.0", 81)] }),
);
const without80 = but(FIVE, 2, (h): HostSpec => ({ ...h, ports: (h.ports ?? []).slice(0, 1) }));

describe("declarations beside the baseline of recorded scans", () => {
  it.each<[string, string, readonly Recording[], readonly string[]]>([
    ["all as declared", WHOLE, [FIVE, FIVE], []],
    ["a port that opens as declared", `${WHOLE}10.0.0.3,81,tcp,http\n`, [FIVE, with81, with81], []],
    ["a port that opens as it may", `${WHOLE}10.0.0.3,81-90,tcp,\n`, [FIVE, with81, with81], []],
    [
      "a row for every port makes none of them expected",
      `${WHOLE}10.0.0.3,*,tcp,\n`,
      [FIVE, with81, with81],
      ["port-opened 10.0.0.3:81/tcp"],
    ],
    [
      "a port that opens with anservice other than declared",
      `${WHOLE}10.0.0.3,81,tcp,ssh\n`,
      [FIVE, with81, with81],
      ["service-mismatch 10.0.0.3:81/tcp"],
    ],
    ["a port that nobody declared", WHOLE, [FIVE, with81, with81], ["undeclared-port 10.0.0.3:81/tcp"]],
    [
      "declared and never there, told after the sightings that absence needs, without learning",
      `${WHOLE}10.0.0.3,81,tcp,http\n`,
      [FIVE, FIVE],
      ["missing-endpoint 10.0.0.3:81/tcp"],
    ],
    ["moved: found at once as an undeclared port", WHOLE, [FIVE, moved], ["port-moved 10.0.0.3:81/tcp"]],
    ["gone", WHOLE, [FIVE, without80, without80], ["missing-endpoint 10.0.0.3:80/tcp"]],
    ["gone and back", WHOLE, [FIVE, without80, without80, FIVE], ["missing-endpoint 10.0.0.3:80/tcp resolved"]],
  ])("%s", async (_, rows, series, expected) => {
    expect(told(await play(series, { loaded: declaring(rows) }))).toEqual(expected);
  });

  it("what opened as declared is part of the baseline: its row may go, its closing is news", async () => {
    const directory = tempDir();
    const state = join(directory, "state");
    const loaded = config(directory, `${WHOLE}10.0.0.3,81,tcp,http\n`);
    expect(told(await play([FIVE, with81], { state, loaded }))).toEqual([]);
    config(directory, WHOLE);
    expect(told(await play([with81], { state, loaded, from: 2 }))).toEqual(["undeclared-port 10.0.0.3:81/tcp"]);
    const later = await play([FIVE, FIVE], { state, loaded, from: 3 });
    expect(told(later)).toEqual(["port-closed 10.0.0.3:81/tcp", "undeclared-port 10.0.0.3:81/tcp resolved"]);
  });

  it("an open anomaly ends when a declaration makes its port normal", async () => {
    const directory = tempDir();
    const state = join(directory, "state");
    const loaded = config(directory, "10.9.9.9,22,tcp,ssh\n");
    expect(told(await play([FIVE, with81], { state, loaded }))).toEqual(["port-opened 10.0.0.3:81/tcp"]);
    config(directory, `${WHOLE}10.0.0.3,81,tcp,http\n`);
    const json = await play([with81, with81], { state, loaded, from: 2 });
    expect(told(json)).toEqual(["port-opened 10.0.0.3:81/tcp aged"]);
    expect(json.anomalies[0]?.message).toBe("Open port 81/tcp on app2.corp.example (10.0.0.3) is normal now.");
  });
});
