import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { baselineOf } from "../../src/app/operations/show-baseline.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import type { HostBaseline } from "../../src/domain/baseline.ts";
import { parseConfig } from "../support/configuration.ts";
import { openState, siteOf } from "../support/runtime.ts";
import { tempDir } from "../support/temp-dir.ts";
import { play, told } from "./play.ts";
import { host, type Recording, START_MS } from "./recording.ts";
import { but, httpPort, mac, plus, segment, sshPort } from "./segment.ts";

const FOUR = segment(4);
const HALF_HOUR_MS = 1_800_000;

/** The window that holds these recordings of a series and no other, in the time zone of the machine. */
function windowOf(first: number, last = first): string {
  const [from, to] = [START_MS + (first - 0.25) * HALF_HOUR_MS, START_MS + (last + 0.25) * HALF_HOUR_MS];
  const day = new Date(from).toLocaleDateString("en-US", { weekday: "short" });
  return `${day} ${clock(from)}-${clock(to)}`;
}

function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 5);
}

function config(directory: string, safe: readonly string[] | null, scans = 1): LoadedConfig {
  const learn = { scans, at_least: "0s", ...(safe === null ? {} : { safe }) };
  const text = `segment: recorded\ntargets: [10.0.0.0/24]\nbaseline: ${JSON.stringify({ learn })}\n`;
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}

interface Played {
  readonly told: readonly string[];
  readonly notable: readonly string[];
  readonly hosts: readonly HostBaseline[];
  readonly scans: number;
  readonly learned: readonly (readonly string[])[];
  readonly state: string;
  readonly loaded: LoadedConfig;
}

async function played(series: readonly Recording[], safe: readonly string[] | null, learnScans = 1): Promise<Played> {
  const directory = tempDir();
  const [state, loaded] = [join(directory, "state"), config(directory, safe, learnScans)];
  const json = await play(series, { state, loaded, learnScans });
  const opened = openState(state, "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const { hosts, scans } = await opened.value.cycles.loadBaseline("recorded");
  opened.value.close();
  const learned = json.cycles.map((cycle) => cycle.learned.map((one) => `${one.kind} ${one.where}`));
  const notable = json.anomalies.filter((one) => one.notable).map((one) => one.kind);
  return { told: told(json), notable, hosts: [...hosts.values()], scans, learned, state, loaded };
}

const portsOf = (hosts: readonly HostBaseline[], address: string) =>
  [...(hosts.find((one) => one.address === address)?.ports.values() ?? [])]
    .filter((port) => port.reference === "open")
    .map((port) => port.number);

const tcp = (services: string) => [{ type: "syn", protocol: "tcp", services }] as const;

const WITH_PORT = but(FOUR, 2, (one) => plus(one, { port: 444 }));
const WITH_HOST = [...FOUR, host("10.0.0.9", [sshPort("newcomer")], { mac: mac(9) })];

describe("while the baseline is learned, nothing outside a safe period becomes normal", () => {
  it("a port that opened outside is news after the last safe scan, and normal when a safe scan saw it", async () => {
    const outside = await played([FOUR, WITH_PORT, WITH_PORT, WITH_PORT], [windowOf(0)], 1);
    expect(outside.told).toEqual(["port-opened 10.0.0.3:444/tcp"]);
    expect(portsOf(outside.hosts, "10.0.0.3")).toEqual([22, 80]);
    const held = await played([FOUR, WITH_PORT, WITH_PORT], [windowOf(0)], 2);
    expect(held.told).toEqual([]);
    expect(portsOf(held.hosts, "10.0.0.3")).toEqual([22, 80]);
    const inside = await played([FOUR, WITH_PORT, WITH_PORT, WITH_PORT], [windowOf(0), windowOf(2)], 2);
    expect(inside.told).toEqual([]);
    expect(portsOf(inside.hosts, "10.0.0.3")).toEqual([22, 80, 444]);
    const always = await played([FOUR, WITH_PORT, WITH_PORT], null, 2);
    expect(portsOf(always.hosts, "10.0.0.3")).toEqual([22, 80, 444]);
  });

  it("a host that was only seen outside is not known", async () => {
    const held = await played([WITH_HOST, FOUR, WITH_HOST], [windowOf(1)], 2);
    expect(held.hosts.map((one) => one.address)).not.toContain("10.0.0.9");
    expect(held.told).toEqual([]);
    const inside = await played([FOUR, FOUR, WITH_HOST, WITH_HOST], [windowOf(2)], 1);
    expect(inside.hosts.find((one) => one.address === "10.0.0.9")?.reference).toBe("known");
  });

  it("a version that was only seen outside is news once the host is mature", async () => {
    const other = but(FOUR, 1, (one) => ({ ...one, ports: [sshPort("key of host 1"), httpPort("1.23.0")] }));
    const after = await played([FOUR, other, other], [windowOf(0)], 1);
    expect(after.told).toEqual(["version-downgraded 10.0.0.2:80/tcp"]);
    expect((await played([FOUR, other, other], [windowOf(0)], 2)).told).toEqual([]);
    expect((await played([FOUR, other, other, other], [windowOf(0), windowOf(2)], 2)).told).toEqual([]);
  });

  it("a first value that was only seen outside is not known", async () => {
    const bare = but(FOUR, 1, (one) => ({ ...one, ports: [sshPort("key of host 1"), httpPort()] }));
    const versionOf = ({ hosts }: Played) =>
      hosts
        .find((one) => one.address === "10.0.0.2")
        ?.ports.get("tcp/80")
        ?.fields.get("version")?.value;
    expect(versionOf(await played([bare, FOUR, FOUR], [windowOf(0)], 1))).toBeUndefined();
    expect(versionOf(await played([bare, FOUR, FOUR], [windowOf(0), windowOf(2)], 1))).toBe("1.24.0");
  });

  it("before the first safe scan nothing is known and nothing alerts", async () => {
    const none = await played([FOUR, WITH_PORT, WITH_HOST], [windowOf(20)], 1);
    expect(none).toMatchObject({ told: [], hosts: [], scans: 0 });
  });
});

describe("what a scan outside the safe periods does to what is known", () => {
  it("it counts for no maturity, but the hosts were seen and counted", async () => {
    const { scans, hosts } = await played([FOUR, FOUR, FOUR, FOUR], [windowOf(1)], 5);
    expect(scans).toBe(1);
    expect(hosts.map((one) => one.covered)).toEqual([1, 1, 1, 1]);
    const [one] = hosts;
    expect(one?.lastSeen.scan).toBe(4);
    expect(one?.ports.get("tcp/22")?.opened).toBe(3);
    expect(one?.coverage.find((set) => set.phase === "ports")?.scans).toBe(3);
  });

  it("ports that no safe scan asked do not become normal, and are no news either", async () => {
    const longer = { args: "nmap -sS -sV -p 22,80,8443 -oX scan.xml 10.0.0.0/24", scaninfo: tcp("22,80,8443") };
    const hosts = FOUR.map((one) => plus(one, { port: 8443 }));
    const short = { args: "nmap -sS -sV -p 22,80 -oX scan.xml 10.0.0.0/24", scaninfo: tcp("22,80") };
    const series = [{ ...short, hosts: FOUR }, ...[1, 2, 3].map(() => ({ ...longer, hosts }))];
    const outside = await played(series, [windowOf(0)], 1);
    expect(outside.told).toEqual([]);
    expect(portsOf(outside.hosts, "10.0.0.1")).toEqual([22, 80]);
    const inside = await played(series, [windowOf(0), windowOf(2)], 1);
    expect(portsOf(inside.hosts, "10.0.0.1")).toEqual([22, 80, 8443]);
  });

  it("what is learned hides no loss: a port that closes outside is news", async () => {
    const closed = but(FOUR, 3, (one) => ({ ...one, ports: [sshPort("key of host 3")] }));
    const { told: said } = await played([FOUR, closed, closed, closed], [windowOf(0)], 1);
    expect(said).toEqual(["port-closed 10.0.0.4:80/tcp"]);
  });
});

describe("a safe period after learning", () => {
  it("news of it is informational and normal from then on; outside it alerts", async () => {
    const inside = await played([FOUR, WITH_PORT, WITH_PORT, WITH_PORT], [windowOf(0, 1)], 1);
    expect(inside.told).toEqual(["port-opened 10.0.0.3:444/tcp aged"]);
    expect(inside.notable).toEqual([]);
    expect(portsOf(inside.hosts, "10.0.0.3")).toEqual([22, 80, 444]);
  });
  it("it does not make normal what was reported before it", async () => {
    const before = await played([FOUR, WITH_PORT, WITH_PORT, WITH_PORT], [windowOf(0), windowOf(2)], 1);
    expect(before.told).toEqual(["port-opened 10.0.0.3:444/tcp"]);
    expect(portsOf(before.hosts, "10.0.0.3")).toEqual([22, 80]);
  });
  it("it explains no host key of another", async () => {
    const key = but(FOUR, 3, (one) => ({ ...one, ports: [sshPort("another key"), httpPort("1.24.0")] }));
    const { told: said } = await played([FOUR, key, key], [windowOf(0, 2)], 1);
    expect(said).toEqual(["hostkey-changed 10.0.0.4:22/tcp"]);
  });
});

describe("baseline show", () => {
  it("says how many safe scans there are and when the next period begins", async () => {
    const { state, loaded } = await played([FOUR, WITH_PORT], [windowOf(0)], 5);
    const opened = openState(state, "read");
    if (!opened.ok) throw new Error(opened.error.what);
    const view = await baselineOf({ ...siteOf(loaded, state), store: opened.value });
    opened.value.close();
    expect(view).toMatchObject({ scans: 1, scansNeeded: 5, safe: { windows: [windowOf(0)], until: null } });
    expect(Date.parse(view.safe?.next ?? "")).toBeGreaterThan(Date.now());
  });
});
