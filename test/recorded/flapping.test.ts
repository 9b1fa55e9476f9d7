import { describe, expect, it } from "vitest";
import type { HostSpec, NmapXmlSpec } from "../support/nmap-xml.ts";
import { play, told } from "./play.ts";
import { host, type Recording, START_MS } from "./recording.ts";
import { but, mac, plus, segment } from "./segment.ts";

const TEN = segment(10);
const WITH = but(TEN, 0, (one) => plus(one, { port: 444 }));
const HERE_AND_AWAY = [WITH, TEN, TEN, TEN];
const times = <T>(n: number, some: readonly T[]): readonly T[] => Array.from({ length: n }, () => some).flat();

const sorted = (lines: readonly string[]) => lines.toSorted((a, b) => a.localeCompare(b));

describe("a port that keeps opening and closing", () => {
  it("is told twice, then once as what it is, and no more", async () => {
    const json = await play([TEN, TEN, ...times(9, HERE_AND_AWAY)], { learnScans: 2 });
    const kinds = json.cycles.map((c) => c.anomalies.length);
    expect(sorted(told(json))).toEqual(["flapping 10.0.0.1:444/tcp", "port-opened 10.0.0.1:444/tcp resolved"]);
    expect(kinds.slice(14).every((count) => count === 0)).toBe(true);
    const flapping = json.anomalies.find((a) => a.kind === "flapping");
    expect(flapping).toMatchObject({ severity: "medium", state: "open" });
    expect(flapping?.message).toContain("keeps changing between open and closed");
  });

  it("is over when it is steady, and what then stays open is told", async () => {
    const json = await play([TEN, TEN, ...times(5, HERE_AND_AWAY), ...times(22, [WITH])], { learnScans: 2 });
    expect(sorted(told(json))).toEqual(["flapping 10.0.0.1:444/tcp resolved", "port-opened 10.0.0.1:444/tcp"]);
  });
});

/** Seven looks: a server that answers in four of them and is then away for three. */
const AWAY = but(TEN, 0, () => null);
const COMES_AND_GOES = [TEN, TEN, TEN, TEN, AWAY, AWAY, AWAY];
const STRANGER = [...TEN, host("10.0.0.50", [{ port: 22 }], { mac: mac(50) })];
/** Three of ten hosts and more at once: the sensor is at fault. */
const BLIND = TEN.slice(4);
const CUT: NmapXmlSpec = { hosts: AWAY, exit: "error", errorMessage: "stopped" };
/** A day and a night of scans an hour apart, so that its hours are known, and then every half an hour. */
function afterQuietDay(series: readonly (readonly HostSpec[] | NmapXmlSpec)[]): readonly Recording[] {
  const [day, hour] = [24, 3600];
  return [...times(day, [TEN]), ...series].map((recording, i) => {
    const start = START_MS / 1000 + Math.min(i, day) * hour + (Math.max(0, i - day) * hour) / 2;
    return { ...("length" in recording ? { hosts: recording } : recording), start, finished: start + 60 };
  });
}

describe("a host that keeps coming and going", () => {
  it("is told when it is lost, then once as what it is, and no more", async () => {
    const json = await play(afterQuietDay(times(4, COMES_AND_GOES)), { learnScans: 4 });
    expect(sorted(told(json))).toEqual(["flapping 10.0.0.1", "host-disappeared 10.0.0.1 resolved"]);
    const changes = json.cycles.map((c) => c.anomalies.length);
    expect(changes.slice(24 + 15).every((count) => count === 0)).toBe(true);
    const flapping = json.anomalies.find((a) => a.kind === "flapping");
    expect(flapping).toMatchObject({ severity: "medium", state: "open", port: null });
    expect(flapping?.message).toBe("Host app0.corp.example (10.0.0.1) keeps coming and going, segment recorded.");
  });

  it.each<readonly [string, Parameters<typeof afterQuietDay>[0], readonly string[]]>([
    [
      "is over when it stays",
      [...times(2, COMES_AND_GOES), ...times(23, [TEN])],
      ["flapping 10.0.0.1 resolved", "host-disappeared 10.0.0.1 resolved"],
    ],
    [
      "is over when it stays away, and that is told",
      [...times(2, COMES_AND_GOES), TEN, ...times(24, [AWAY])],
      ["flapping 10.0.0.1 resolved", "host-disappeared 10.0.0.1"],
    ],
    [
      "as a stranger is no row of new hosts",
      times(9, [STRANGER, TEN, TEN, TEN]),
      ["flapping 10.0.0.50", "host-appeared 10.0.0.50 resolved"],
    ],
    ["is none by scans that were cut", times(9, [TEN, TEN, CUT, CUT, CUT, CUT]), []],
    ["is none by a sensor that is blind now and then", times(9, [TEN, TEN, BLIND, BLIND, BLIND, BLIND]), []],
    ["is none by two silences in a row, as often as it likes", times(12, [TEN, TEN, AWAY, AWAY]), []],
  ])("%s", async (_, series, expected) => {
    expect(sorted(told(await play(afterQuietDay(series), { learnScans: 4 })))).toEqual(expected);
  });
});
