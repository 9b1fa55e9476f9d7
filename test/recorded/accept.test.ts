import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accept } from "../../src/app/operations/accept.ts";
import { openState, siteOf } from "../support/runtime.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import { parseConfig } from "../support/configuration.ts";
import type { HostSpec } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";
import { play, told } from "./play.ts";
import { host, open, type Recording } from "./recording.ts";
import { but, httpPort, mac, plus, segment, sshPort } from "./segment.ts";

const TEN = segment(10);
const change = (to: Partial<HostSpec>) => but(TEN, 3, (h) => ({ ...h, ...to }));

function config(directory: string, more = ""): LoadedConfig {
  const options = { path: null, directory, environment: {}, now: 1 };
  const loaded = parseConfig(`segment: recorded\ntargets: [10.0.0.0/24]\n${more}`, options);
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}

async function acceptAll(state: string, loaded: LoadedConfig): Promise<void> {
  const opened = openState(state, "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const store = opened.value;
  const operator = { by: "m.analyst", reason: "CHG-4711" };
  for (const anomaly of await store.history.anomalies({ segment: "recorded", states: ["open"], since: null })) {
    const accepted = await accept({ ...siteOf(loaded, state), store }, { id: anomaly.id, ...operator });
    expect(accepted.ok).toBe(true);
  }
  store.close();
}

/** What is reported before an accept, and of the next scans in the same state after it. */
async function aroundAccept(before: readonly Recording[], after: readonly Recording[]) {
  const directory = tempDir();
  const [state, loaded] = [join(directory, "state"), config(directory)];
  const first = told(await play(before, { state, loaded }));
  await acceptAll(state, loaded);
  return { first, later: told(await play(after, { state, loaded, from: before.length })) };
}

describe("what was accepted is normal in the next call with the same state", () => {
  it.each<[string, readonly HostSpec[], readonly string[]]>([
    ["a port", change({ ports: [...(TEN[3]?.ports ?? []), { port: 444 }] }), ["port-closed 10.0.0.4:444/tcp"]],
    [
      "a version",
      change({ ports: [sshPort("key of host 3"), httpPort("1.26.0")] }),
      ["version-downgraded 10.0.0.4:80/tcp"],
    ],
    ["a host key", change({ ports: [sshPort("new key"), httpPort("1.24.0")] }), ["hostkey-changed 10.0.0.4:22/tcp"]],
    [
      "a stranger",
      [...TEN, host("10.0.0.50", [sshPort("stranger")], { mac: mac(50) })],
      ["host-disappeared 10.0.0.50"],
    ],
    [
      "another machine",
      change({ mac: mac(80), ports: [sshPort("new key"), httpPort("1.24.0")] }),
      ["identity-changed 10.0.0.4"],
    ],
    ["a move", change({ address: "10.0.0.77" }), ["host-moved 10.0.0.4"]],
    ["a name", change({ names: ["other.corp.example"] }), ["name-changed 10.0.0.4"]],
    ["another MAC", change({ mac: mac(80) }), ["mac-changed 10.0.0.4"]],
    ["a rollout", TEN.map((h) => plus(h, { port: 444 })), ["rollout 10 hosts:444/tcp"]],
  ])("%s; the way back is news again", async (_, changed, back) => {
    const quiet = await aroundAccept([TEN, changed], [changed, changed]);
    expect(quiet.first).toHaveLength(1);
    expect(quiet.later).toEqual([]);
    expect((await aroundAccept([TEN, changed], [changed, TEN, TEN, TEN])).later).toEqual(back);
  });
});

describe("ports that opened together", () => {
  const A = "10.0.0.4";
  const many = (...ports: number[]) => but(TEN, 3, (h) => ({ ...h, ports: [...(h.ports ?? []), ...open(...ports)] }));
  const thirty = Array.from({ length: 30 }, (_, i) => 100 + i);

  it("are normal after one accept, each of them", async () => {
    const now = many(...thirty);
    const without = many(...thirty.slice(1));
    const { first, later } = await aroundAccept([TEN, now], [now, now, without, without]);
    expect([first, later]).toEqual([[`ports-opened ${A}`], [`port-closed ${A}:100/tcp`]]);
  });

  it("and close together are as normal after one accept", async () => {
    const now = many(...thirty);
    const { first, later } = await aroundAccept([now, TEN, TEN, TEN], [TEN, TEN, many(100)]);
    expect([first, later]).toEqual([[`ports-changed ${A}`], [`port-opened ${A}:100/tcp`]]);
  });

  it("stay quiet after it beside an inventory that declares none of them, and a new one does not", async () => {
    const directory = tempDir();
    const rows = TEN.flatMap(({ address }) => [`${address},22,tcp`, `${address},80,tcp`]);
    writeFileSync(join(directory, "inventory.csv"), `host,port,proto\n${rows.join("\n")}\n`);
    const loaded = config(directory, "declared: [{ inventory: inventory.csv, complete_for: [10.0.0.0/24] }]\n");
    const state = join(directory, "state");
    const scan = async (from: number, ...series: readonly Recording[]) =>
      told(await play(series, { state, loaded, from }));
    expect(await scan(0, TEN, TEN, many(...thirty))).toEqual([`ports-opened ${A}`]);
    await acceptAll(state, loaded);
    expect(await scan(3, many(...thirty), many(...thirty), many(...thirty))).toEqual([]);
    expect(await scan(6, many(...thirty, 900))).toEqual([`undeclared-port ${A}:900/tcp`]);
  });
});
