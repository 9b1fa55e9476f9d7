import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../support/configuration.ts";
import type { HostSpec, NmapXmlSpec, OsSpec } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";
import { eventsLeft, type ReadEvent } from "./left.ts";
import { play, type SeriesOptions } from "./play.ts";
import { host, type Recording, START_MS } from "./recording.ts";
import { but, httpPort, mac, plus, segment, sshPort } from "./segment.ts";

const SIX = segment(6);
const HALF_HOUR = 30 * 60_000;

async function eventsOf(series: readonly Recording[], options: SeriesOptions = {}): Promise<readonly ReadEvent[]> {
  const state = join(tempDir(), "state");
  await play(series, { ...options, state });
  return eventsLeft(state);
}

function configured(more: string, directory = tempDir()): SeriesOptions {
  const loaded = parseConfig(`segment: recorded\ntargets: [10.0.0.0/24]\n${more}`, {
    path: null,
    directory,
    environment: {},
    now: 1,
  });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return { loaded: loaded.value };
}

/** An inventory that claims the first host alone. */
function declaring(rows: string): SeriesOptions {
  const directory = tempDir();
  writeFileSync(join(directory, "inv.csv"), `host,port,proto,service\n${rows}`);
  return configured("declared: [{ inventory: ./inv.csv }]\n", directory);
}

function steps(events: readonly ReadEvent[], action: string): readonly ReadEvent[] {
  return events.filter((one) => one.event.action === action);
}

describe("an anomaly that is over names its host as it is, not as it was while the anomaly lasted", () => {
  const changed = (change: Partial<HostSpec>) => but(SIX, 2, (one) => ({ ...one, ...change }));
  it.each<[string, string, readonly HostSpec[], (event: ReadEvent) => unknown, unknown, unknown]>([
    [
      "the network card",
      "mac-changed",
      changed({ mac: mac(99) }),
      ({ host: it }) => it?.mac,
      [mac(99).replaceAll(":", "-")],
      [mac(2).replaceAll(":", "-")],
    ],
    [
      "the name",
      "name-changed",
      changed({ names: ["other.corp.example"] }),
      ({ host: it }) => it?.name,
      "other.corp.example",
      "app2.corp.example",
    ],
    [
      "the address",
      "host-moved",
      changed({ address: "10.0.0.77" }),
      ({ host: it, server }) => [it?.ip, server?.ip],
      [["10.0.0.77"], "10.0.0.77"],
      [["10.0.0.3"], "10.0.0.3"],
    ],
  ])("%s", async (_, action, other, what, during, after) => {
    const told = steps(await eventsOf([SIX, SIX, other, SIX, SIX]), action);
    expect(told.map((one) => one.tripline.anomaly.transition)).toEqual(["opened", "resolved"]);
    expect(told.map(what)).toEqual([during, after]);
  });
});

describe("a recorded scan", () => {
  it("begins and ends when its file says, however its events are asked", async () => {
    const [scan] = steps(await eventsOf([SIX]), "scan-completed");
    const end = START_MS + 60_000;
    expect(scan?.event.start).toBe(new Date(START_MS).toISOString());
    expect(scan?.event.end).toBe(new Date(end).toISOString());
    expect(scan?.event.duration).toBe(60e9);
    expect(scan?.["@timestamp"]).toBe(scan?.event.end);
  });

  it("whose clock was set back ends no earlier than it begins", async () => {
    const back: NmapXmlSpec = { hosts: SIX, start: START_MS / 1000 + 500, finished: START_MS / 1000 };
    const [scan] = steps(await eventsOf([back]), "scan-completed");
    expect([scan?.event.start, scan?.event.duration]).toEqual([scan?.event.end, 0]);
  });

  it("says how many hosts it measured in part, as its coverage does", async () => {
    const partial: NmapXmlSpec = { hosts: SIX.map((one, i) => (i < 2 ? { ...one, timedOut: true } : one)) };
    const [scan] = steps(await eventsOf([SIX, partial]), "scan-partial");
    expect(scan?.message).toContain("2 of 6 hosts measured only in part");
    expect(scan?.tripline.scan).toMatchObject({ coverage: 0.6667, hosts: { planned: 6, partial: 2, unmeasured: 0 } });
  });

  it("of more than the targets has planned the targets alone", async () => {
    const wide = [...SIX, host("10.9.9.9"), host("10.9.9.10")];
    const [scan] = steps(await eventsOf([wide], configured("")), "scan-completed");
    expect(scan?.message).toContain("0 of 6 hosts not measured");
    expect(scan?.tripline.scan).toMatchObject({ coverage: 1, hosts: { planned: 6, up: 6, unmeasured: 0 } });
  });
});

describe("the system of a host", () => {
  const os = (name: string, family = "Linux"): OsSpec => ({ matches: [{ name, family, accuracy: 98 }] });
  const withOs = (name: string) => SIX.map((one) => ({ ...one, os: os(name) }));
  const opened = (hosts: readonly HostSpec[]) => but(hosts, 0, (one) => plus(one, { port: 444 }));

  it("is the same in every event of a scan", async () => {
    const events = await eventsOf([withOs("Linux 5.4"), withOs("Linux 5.4"), opened(withOs("Linux 6.1"))]);
    const about = events.filter((one) => one.host?.ip[0] === "10.0.0.1");
    const scans = Map.groupBy(about, (one) => String(one.tripline.scan.id));
    const systems = [...scans.values()].map((own) => new Set(own.map((one) => one.host?.os?.full)));
    expect(systems).toEqual([new Set(["Linux 5.4"]), new Set(["Linux 6.1"])]);
    expect(new Set(about.map((one) => one.event.action))).toEqual(
      new Set(["host-observed", "service-observed", "port-opened"]),
    );
  });
});

describe("an observed service", () => {
  const services = [sshPort("k"), httpPort("1.24.0"), { port: 222, service: { name: "ssh", product: "OpenSSH" } }];
  const one = host("10.0.0.1", [...services, { port: 389, service: { name: "ldap", method: "table" } } as const]);

  it("says what it means, and whether its protocol belongs on its port", async () => {
    const seen = steps(await eventsOf([[one]]), "service-observed");
    const facts = seen.map(({ server, tripline: { exposure, observed } }) => [
      server?.port,
      exposure.class,
      observed.usual_port,
    ]);
    expect(facts).toEqual([
      [22, "remote-admin", true],
      [80, "web", true],
      [222, "remote-admin", false],
      [389, "data-store", undefined],
    ]);
  });

  it("that is closed exposes nothing", async () => {
    const less = { ...one, ports: services.slice(0, 2) };
    const beside = SIX.map((other, i) => ({ ...other, address: `10.0.0.${50 + i}` }));
    const series = [one, less, less, less].map((first) => [first, ...beside]);
    const seen = steps(await eventsOf(series), "service-observed");
    const closed = seen.filter((event) => event.tripline.observation.cause === "closed");
    expect(closed.map(({ server, tripline }) => [server?.port, tripline.exposure])).toEqual([
      [222, undefined],
      [389, undefined],
    ]);
  });

  it("and its host carry the tags that the operator gave the host", async () => {
    const tags = configured("tags: [{ match: 10.0.0.1, tags: [crown-jewel] }]\n");
    const seen = (await eventsOf([[one, host("10.0.0.2")]], tags)).filter((event) => event.host !== undefined);
    expect(new Set(seen.map((event) => `${event.host?.ip[0]} ${event.tags?.join() ?? ""}`))).toEqual(
      new Set(["10.0.0.1 crown-jewel", "10.0.0.2 "]),
    );
  });

  it("says what is declared of it, and its scan how much of what is open a declaration explains", async () => {
    const rows = "10.0.0.1,22,tcp,ssh\n10.0.0.1,80,tcp,ssh\n10.0.0.1,222,tcp,\n";
    const events = await eventsOf([[one, host("10.0.0.2", [httpPort()])]], declaring(rows));
    const said = steps(events, "service-observed").map(({ service, tripline }) => {
      return `${service?.address} ${tripline.declared?.verdict ?? "nothing"}`;
    });
    expect(said).toEqual([
      "10.0.0.1:22 as-declared",
      "10.0.0.1:80 service-mismatch",
      "10.0.0.1:222 as-declared",
      "10.0.0.1:389 undeclared-open-port",
      "10.0.0.2:80 nothing",
    ]);
    const [scan] = steps(events, "scan-completed");
    expect(scan?.tripline.declared).toEqual({ live: 5, explained: 3 });
  });

  it("names the page that explains it", async () => {
    const seen = await eventsOf([[one]]);
    expect(new Set(seen.map(({ event }) => event.reference))).toEqual(
      new Set([
        "docs/observations.md#host-observed",
        "docs/observations.md#service-observed",
        "docs/health.md#scan-completed",
      ]),
    );
  });
});

describe("events a half hour apart", () => {
  it("have the times of their own scans", async () => {
    const scans = steps(await eventsOf([SIX, SIX]), "scan-completed");
    const starts = scans.map(({ event }) => Date.parse(event.start ?? ""));
    expect(starts).toEqual([START_MS, START_MS + HALF_HOUR]);
  });
});

describe("a file of which nothing can be read is a scan that failed, and not in 1970", () => {
  const failedAt = async (...series: readonly Recording[]) =>
    Date.parse(steps(await eventsOf(series), "scan-failed")[0]?.["@timestamp"] ?? "");

  it("but after the file before it, whose successors are still read", async () => {
    expect(await failedAt(SIX, "", SIX)).toBe(START_MS + 60_000);
  });

  it("or now, where there is none", async () => {
    const before = Date.now();
    expect(await failedAt("")).toBeGreaterThanOrEqual(before);
  });
});
