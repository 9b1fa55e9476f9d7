import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { acceptOne } from "../../src/app/operations/operator.ts";
import { openState } from "../../src/app/wiring.ts";
import { type LoadedConfig, parseConfig } from "../../src/config/load.ts";
import type { HostSpec } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";
import { host, play, type Recording, told } from "./play.ts";
import { but, httpPort, mac, plus, segment, sshPort } from "./segment.ts";

const TEN = segment(10);
const change = (to: Partial<HostSpec>) => but(TEN, 3, (h) => ({ ...h, ...to }));

function config(directory: string): LoadedConfig {
  const options = { path: null, directory, environment: {}, now: 1 };
  const loaded = parseConfig("segment: recorded\ntargets: [10.0.0.0/24]\n", options);
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}

async function acceptAll(state: string, loaded: LoadedConfig): Promise<void> {
  const opened = openState(state, "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const store = opened.value;
  const operator = { by: "m.analyst", reason: "CHG-4711" };
  for (const anomaly of await store.history.anomalies({ segment: "recorded", states: ["open"], since: null })) {
    await acceptOne({ store, loaded, operator }, anomaly);
  }
  store.close();
}

/** What is told before an accept, and of the next scans in the same state after it. */
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
