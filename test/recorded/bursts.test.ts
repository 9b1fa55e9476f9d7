import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LoadedConfig } from "../../src/config/load.ts";
import { parseConfig } from "../support/configuration.ts";
import type { HostSpec, NmapXmlSpec } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";
import { play, told } from "./play.ts";
import { host, open, type Recording, START_MS } from "./recording.ts";

const A = "10.0.0.5";
const B = host("10.0.0.6", open(22, 443));
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
/** Port 22 of A, what else is open there, and a second host that never changes. */
const also = (...ports: number[]): readonly HostSpec[] => [host(A, open(22, ...ports)), B];
const asking = (services: string, hosts: readonly HostSpec[]): NmapXmlSpec => ({
  hosts,
  scaninfo: [{ type: "syn", protocol: "tcp", services }],
});
/** An inventory of these rows, complete for the whole network. */
function declaring(rows: string): LoadedConfig {
  const directory = tempDir();
  writeFileSync(join(directory, "inventory.csv"), `host,port,proto\n${rows}`);
  const text =
    "segment: lab\ntargets: [10.0.0.0/24]\ndeclared: [{ inventory: inventory.csv, complete_for: [10.0.0.0/24] }]\n";
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}

const quiet = also();
const TOGETHER = "ports-opened 10.0.0.5";
const EVERYWHERE = "all-ports-open 10.0.0.5";
const everyPort = also(...range(23, 978), ...range(1, 21));

describe("many ports of one host that open in one scan are one fact", () => {
  it.each<[string, readonly Recording[], readonly string[]]>([
    ["every asked port", [quiet, everyPort], [EVERYWHERE]],
    ["nine of ten asked ports", [quiet, also(...range(100, 900))], [EVERYWHERE]],
    ["a quarter of them", [quiet, also(...range(100, 240))], [TOGETHER]],
    ["ten", [quiet, also(...range(100, 10))], [TOGETHER]],
    ["nine are nine", [quiet, also(...range(100, 9))], range(100, 9).map((n) => `port-opened 10.0.0.5:${n}/tcp`)],
    ["half of a short list", [asking("20-29", quiet), asking("20-29", also(23, 24, 25, 26, 27))], [TOGETHER]],
    [
      "and four of it are four",
      [asking("20-29", quiet), asking("20-29", also(23, 24, 25, 26))],
      [23, 24, 25, 26].map((n) => `port-opened 10.0.0.5:${n}/tcp`),
    ],
    ["nmap -F", [asking("1-100", quiet), asking("1-100", also(...range(1, 21), ...range(23, 78)))], [TOGETHER]],
    [
      "all 65,535 ports",
      [asking("1-65535", quiet), asking("1-65535", [host(A, open(...range(1, 65_535))), B])],
      [EVERYWHERE],
    ],
    ["it lasts", [quiet, also(...range(100, 30)), also(...range(100, 30)), also(...range(100, 30))], [TOGETHER]],
    [
      "it lasts with a few ports that blink",
      [quiet, also(...range(100, 30)), also(...range(104, 26)), also(...range(100, 26)), also(...range(100, 30))],
      [TOGETHER],
    ],
    ["it goes back", [quiet, also(...range(100, 30)), quiet, quiet], [`${TOGETHER} resolved`]],
    ["one scan without it says nothing yet", [quiet, also(...range(100, 30)), quiet], [TOGETHER]],
    ["everywhere, and back", [quiet, everyPort, quiet], [`${EVERYWHERE} resolved`]],
    ["everywhere, then on a part", [quiet, everyPort, also(...range(100, 240))], [`${EVERYWHERE} resolved`, TOGETHER]],
    [
      "a port that opens later is told by itself",
      [quiet, also(...range(100, 30)), also(...range(100, 30), 444)],
      [TOGETHER, "port-opened 10.0.0.5:444/tcp"],
    ],
    [
      "unless the host answers on hundreds",
      [quiet, also(...range(100, 240)), also(...range(100, 240), 444)],
      [TOGETHER],
    ],
    [
      "a port that was told before stays told",
      [quiet, also(444), also(444, ...range(100, 30))],
      ["port-opened 10.0.0.5:444/tcp", TOGETHER],
    ],
    [
      "ports that nobody asked before are no news",
      [asking("1-50", quiet), asking("1-1000", also(...range(100, 30)))],
      [],
    ],
    ["a new host is one new host", [[B], [host("10.0.0.7", open(...range(100, 30))), B]], ["host-appeared 10.0.0.7"]],
    [
      "a known port that closes meanwhile",
      [also(443), ...Array(3).fill(also(...range(100, 30)))],
      [TOGETHER, "port-closed 10.0.0.5:443/tcp"],
    ],
  ])("%s", async (_, series, expected) => {
    expect(told(await play(series))).toEqual(expected);
  });

  it("is told on many hosts at once as one rollout", async () => {
    const hosts = (...ports: number[]) => range(1, 4).map((n) => host(`10.0.0.${n}`, open(22, ...ports)));
    expect(told(await play([hosts(), hosts(...range(100, 30))]))).toEqual(["rollout 4 hosts"]);
    const everywhere = hosts(...range(100, 900));
    // On most ports of most hosts it is none of the hosts: something on the path answers for them.
    const json = await play([hosts(), everywhere]);
    expect(told(json)).toEqual([]);
    expect(json.health.map((h) => h.kind)).toEqual(["path-intercepted"]);
  });

  it("names how many, of how many, and counts as its highest port", async () => {
    const alone = await play([quiet, also(900)]);
    const json = await play([quiet, also(...range(890, 12))]);
    const [single, together] = [alone.anomalies[0], json.anomalies[0]];
    expect(together?.message).toBe("12 of 1000 asked ports opened together on 10.0.0.5, segment recorded.");
    expect(together?.after).toMatchObject({ open_count: 12, open_ports: "890-901", asked_count: 1000 });
    expect(together?.score).toBe(single?.score);
  });

  it("of undeclared ports on a host that is still learned is told by the findings alone", async () => {
    const loaded = declaring("10.0.0.5,22,tcp\n10.0.0.6,22,tcp\n10.0.0.6,443,tcp\n");
    const json = await play([quiet, also(...range(100, 12))], { loaded, learnScans: 5 });
    expect(told(json)).toEqual(range(100, 12).map((n) => `undeclared-port 10.0.0.5:${n}/tcp`));
  });

  it("is one fact beside an inventory that declares none of them, and a declared port is none of it", async () => {
    const loaded = declaring("10.0.0.5,22,tcp\n10.0.0.5,100,tcp\n10.0.0.6,22,tcp\n10.0.0.6,443,tcp\n");
    const json = await play([also(100), also(...range(100, 30))], { loaded });
    expect(told(json)).toEqual([TOGETHER]);
    expect(json.anomalies[0]?.after).toMatchObject({ open_ports: "101-129" });
  });
});

const DAY_SECONDS = 86_400;
/** The same hosts so many days after the begin of the series. */
const daysLater = (days: number, hosts: readonly HostSpec[]): NmapXmlSpec => {
  const start = START_MS / 1000 + days * DAY_SECONDS;
  return { hosts, start, finished: start + 60 };
};

describe("what happened together ages together", () => {
  const thirty = also(...range(100, 30));
  it.each<[string, readonly Recording[], readonly string[]]>([
    ["a burst that is younger than a month stays open", [quiet, thirty, daysLater(29, thirty)], [TOGETHER]],
    [
      "one that lasts longer is normal, and that is no going back",
      [quiet, thirty, daysLater(31, thirty), daysLater(31.1, thirty)],
      [`${TOGETHER} aged`],
    ],
    [
      "its ports are ports of the host then: their end is news",
      [
        quiet,
        thirty,
        daysLater(31, thirty),
        daysLater(31.1, thirty),
        ...[31.2, 31.3, 31.4].map((d) => daysLater(d, quiet)),
      ],
      [`${TOGETHER} aged`, "ports-changed 10.0.0.5"],
    ],
    [
      "many ports that closed together are forgotten together",
      [thirty, quiet, quiet, quiet, daysLater(31, quiet), daysLater(31.1, quiet)],
      ["ports-changed 10.0.0.5 aged"],
    ],
  ])("%s", async (_, series, expected) => {
    expect(told(await play(series))).toEqual(expected);
  });
});

describe("a burst is not learned", () => {
  it("when everything is learned anew because it is measured in another way", async () => {
    const connect = (...ports: number[]): NmapXmlSpec => ({
      hosts: also(...ports),
      scaninfo: [{ type: "connect", protocol: "tcp", services: "1-1000" }],
    });
    const thirty = range(100, 30);
    const series = [quiet, also(...thirty), connect(...thirty), connect(...thirty), connect(...thirty)];
    expect(told(await play(series))).toEqual([TOGETHER]);
    expect(told(await play([...series, connect(), connect()]))).toEqual([`${TOGETHER} resolved`]);
  });

  it.each<[string, readonly Recording[], readonly string[]]>([
    [
      "in the last scan of learning: its going back is no news",
      [quiet, quiet, also(...range(100, 240)), ...Array(4).fill(quiet)],
      [],
    ],
    ["everywhere in the last scan of learning", [quiet, quiet, everyPort, ...Array(4).fill(quiet)], []],
    [
      "it lasts beyond learning: told once",
      [quiet, quiet, also(...range(100, 30)), also(...range(100, 30))],
      [TOGETHER],
    ],
    [
      "it lasts within learning: normal",
      [quiet, also(...range(100, 30)), ...Array(4).fill(also(...range(100, 30)))],
      [],
    ],
    [
      "and a port that opens after that is told",
      [quiet, also(...range(100, 30)), also(...range(100, 30)), also(...range(100, 30), 444)],
      ["port-opened 10.0.0.5:444/tcp"],
    ],
  ])("%s", async (_, series, expected) => {
    expect(told(await play(series, { learnScans: 3 }))).toEqual(expected);
  });

  it("makes no other opening less rare", async () => {
    const news = host("10.0.0.6", open(22, 443, 900));
    const usual = await play([quiet, quiet, [host(A, open(22)), news]]);
    const after = await play([quiet, also(...range(100, 240)), [host(A, open(22)), news]]);
    const scoreOf = (json: typeof usual) => json.anomalies.find((a) => a.kind === "port-opened")?.score;
    expect(scoreOf(after)).toBe(scoreOf(usual));
  });
});
