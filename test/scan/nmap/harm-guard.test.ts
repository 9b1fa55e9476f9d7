import { expect, test } from "vitest";
import type { NmapRun } from "../../../src/domain/nmap-run.ts";
import { fromNumbers, toNumbers } from "../../../src/lib/intervals.ts";
import { GUARDED } from "../../../src/scan/plan/guard.ts";
import { planCycle } from "../../../src/scan/plan/plan.ts";
import { createShardRunner } from "../../../src/scan/shard-runner.ts";
import { installedNmap } from "../../nse/nmap.ts";
import { describeWith } from "../../support/availability.ts";
import { type Listener, listener } from "../../support/listeners.ts";
import { scannerFor, testSignal } from "./scanning.ts";

const PRINTER = "127.0.42.1";
const FRAGILE = "127.0.42.2";
const SERVER = "127.0.42.3";
const RAW = process.getuid?.() === 0;
const TECHNIQUE = RAW ? "syn" : "connect";

describeWith(installedNmap(), "a whole cycle with a real nmap", () => {
  test("sends no byte to guarded ports and fragile hosts, and does probe the rest", async () => {
    const spared: Listener[] = [];
    for (const port of toNumbers(GUARDED)) spared.push(await listener(PRINTER, port));
    for (const port of [22, 80]) spared.push(await listener(FRAGILE, port));
    const printing = await listener(PRINTER, 631);
    const asked = await listener(SERVER, 80, { kind: "http", server: "nginx/1.24.0", body: "hello" });

    const runs = await wholeCycle();

    const open = runs.flatMap((run) => run.hosts.flatMap((host) => host.ports.filter((port) => port.state === "open")));
    expect(new Set(open.map((port) => port.number))).toEqual(new Set([...toNumbers(GUARDED), 22, 80, 631]));
    expect(runs.map((run) => run.completeness)).toEqual(runs.map(() => "complete"));
    for (const server of [...spared, printing]) {
      expect(`${server.address}:${server.port} ${server.received().toString("latin1")}`).toBe(
        `${server.address}:${server.port} `,
      );
      // With raw sockets not even a connection stands.
      if (RAW) expect(server.connections()).toBe(0);
    }
    expect(asked.received().toString("latin1")).toContain("GET / HTTP");
  });
});

/** ports → fingerprint (deep, with OS detection) → verification of everything, service included. */
async function wholeCycle(): Promise<readonly NmapRun[]> {
  const { scanner } = scannerFor({ fragile: (address) => address === FRAGILE });
  const signal = testSignal();
  const fragile = new Set([FRAGILE]);
  const scripts = ["tripline-banner", "ssh-hostkey", "ssl-cert"];
  const plan = planCycle({
    cycleId: "guard",
    profile: "deep",
    addresses: [PRINTER, FRAGILE, SERVER],
    ports: new Map([["tcp", fromNumbers([22, 80, 631, ...toNumbers(GUARDED)])]]),
    knownPorts: new Map(),
    declaredPorts: new Map(),
    fragile,
    technique: TECHNIQUE,
    pace: "normal",
  });
  const settings = {
    scanner,
    cycleId: "guard",
    profile: "deep",
    technique: TECHNIQUE,
    raw: RAW,
    pace: "normal",
  } as const;
  const runner = createShardRunner({ ...settings, fragile, scripts, osDetection: true });
  const known = {
    portsOfKnown: () => null,
    port: () => ({ fingerprinted: null, changed: true }),
    os: () => ({ identified: false, askedAt: null, doubtful: false }),
    now: 0,
  };
  const runs = await runner.scan({ shard: plan.shards[0]!, known, signal });
  const requests = runs[0]!.hosts.flatMap((host) =>
    host.ports.map((port) => ({ address: host.address, port, ask: "service" as const })),
  );
  // Port 631 of the printer is asked about as a service only by the plan that knows it is one.
  const answer = await runner.probe(
    requests.filter((request) => !(request.address === PRINTER && request.port.number === 631)),
    signal,
  );
  return answer.kind === "probed" ? [...runs, ...answer.runs] : runs;
}
