import { beforeAll, afterAll, expect, test } from "vitest";
import { z } from "zod";
import type { RunPlan } from "../../src/domain/scan-plan.ts";
import { vantagePlace, type VantageLook } from "../../src/domain/vantage.ts";
import { monotonicClock, wallClock } from "../../src/lib/time.ts";
import { createVantageWatch } from "../../src/scan/nmap/vantage-watch.ts";
import { createRig, type Rig } from "../pipeline/rig.ts";
import { scannerFor, testSignal } from "../scan/nmap/scanning.ts";
import { describeWith } from "../support/availability.ts";
import { runCommand } from "../support/command.ts";
import { createLab, firewallAvailable, type Lab, labAvailable } from "../support/lab.ts";

const ROUTER = 20;
const BEHIND = `10.214.${process.pid % 250}`;
const SSH = "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n";
const TABLE = `tripline${process.pid}`;
const clock = { now: wallClock, monotonic: monotonicClock };
const event = z.object({ event: z.object({ action: z.string() }) });

async function run(program: string, ...args: readonly string[]): Promise<void> {
  const result = await runCommand(program, args, "/");
  if (!result.ok) throw new Error(`${program} ${args.join(" ")}: ${result.output.trim()}`);
}

/** Name, what happens, and what the verdict says of it. */
type Fault = readonly [string, () => Promise<void>, RegExp];

const withFirewall = await firewallAvailable();

const ip = (...args: readonly string[]) => run("ip", ...args);

// Whatever happens to the lab's own routes, not one packet of it leaves this machine.
const FENCED = (lab: Lab) => [lab.network, `${BEHIND}.0/24`];
async function fence(lab: Lab, how: "add" | "del"): Promise<void> {
  for (const network of FENCED(lab)) await ip("route", how, "unreachable", network, "metric", "4000000000");
}

describeWith(await labAvailable(), "a real vantage", () => {
  let lab: Lab;
  const local = [10, 11, 12, 13, 14];

  beforeAll(async () => {
    const listens = new Map([
      [22, SSH],
      [80, SSH],
    ]);
    const behind = [1, 2].map((n) => `${BEHIND}.${n}`);
    lab = await createLab([...local.map((octet) => ({ octet, listens })), { octet: ROUTER, listens, behind }]);
    await fence(lab, "add");
    await restore();
  });

  afterAll(async () => {
    await fence(lab, "del");
    await runCommand("nft", ["delete", "table", "inet", TABLE], "/");
    await lab.remove();
  });

  /** Everything as it was, whatever a fault did. */
  async function restore(): Promise<void> {
    await runCommand("nft", ["delete", "table", "inet", TABLE], "/");
    await ip("link", "set", lab.device, "up");
    await lab.connect(ROUTER, true);
    await ip("route", "replace", lab.network, "dev", lab.device, "src", lab.vantage);
    await ip("route", "replace", `${BEHIND}.0/24`, "via", lab.address(ROUTER), "dev", lab.device);
  }

  function watch(addresses: readonly string[]) {
    const scanner = scannerFor({ rawDir: null }).scanner;
    return createVantageWatch({ addresses, scanner, technique: "syn", excluded: () => false });
  }

  /** One cycle; the fault happens just before its second shard. */
  async function cycle(rig: Rig, n: number, at: { addresses: readonly string[]; fault?: () => Promise<void> }) {
    const real = scannerFor().scanner;
    const scanner = {
      run: async (plan: RunPlan, options: Parameters<typeof real.run>[1]) => {
        if (plan.shard !== 1 || plan.phase !== "ports" || at.fault === undefined) return real.run(plan, options);
        await at.fault();
        // Over a dead link nmap continues for minutes; all that matters is how the vantage looks afterwards.
        return real.run({ ...plan, deadlineMs: 20_000 }, options);
      },
    };
    const watching = watch(at.addresses);
    const before = await watching.look(testSignal());
    const { sourceAddress } = vantagePlace(before);
    const segment = "office";
    const vantage = { name: segment, segment, closed: false, hostname: null, sourceAddress, mac: null } as const;
    const report = await rig.cycle(n, new Map(), {
      scanner,
      clock,
      ports: "20-90",
      shardSize: Math.ceil(at.addresses.length / 2),
      fragile: at.addresses,
      context: { vantage: { ...vantage, privilege: "single" } },
      deps: { watch: { before, after: (signal) => watching.look(signal) } },
      signal: testSignal(),
    });
    return report?.vantage;
  }

  async function told(rig: Rig): Promise<readonly string[]> {
    const all = (await rig.bodies()).map((body) => event.parse(JSON.parse(body)).event.action);
    return all.filter((action) => !/^scan-|-observed$/.test(action));
  }

  const faults: readonly Fault[] = [
    ["the link goes down", () => ip("link", "set", lab.device, "down"), /control link failed: no route to/],
    [
      "the source address changes",
      async () => {
        const other = lab.address(77);
        await ip("addr", "replace", `${other}/24`, "dev", lab.device);
        await ip("route", "replace", lab.network, "dev", lab.device, "src", other);
      },
      /control route failed: .* from 10\.213\.\d+\.1, now by .* from 10\.213\.\d+\.77/,
    ],
  ];
  const firewall: Fault = [
    "a firewall drops everything",
    async () => {
      await run("nft", "add", "table", "inet", TABLE);
      await run("nft", "add chain", "inet", TABLE, "out { type filter hook output priority 0; }");
      await run("nft", "add", "rule", "inet", TABLE, "out", "oifname", lab.device, "ip", "protocol", "tcp", "drop");
    },
    /known open ports turned silent at once/,
  ];

  test("whose controls fail in the middle of a scan is degraded once, and nobody is gone", () => degradedBy(faults));

  describeWith(withFirewall, "behind a packet filter", () => {
    test("that drops everything is degraded once, and nobody is gone", () => degradedBy([firewall]));
  });

  async function degradedBy(faults: readonly Fault[]): Promise<void> {
    const addresses = [...local, ROUTER].map((octet) => lab.address(octet));
    const rig = createRig(addresses);
    let n = 0;
    for (let i = 0; i < 3; i++)
      expect(await cycle(rig, ++n, { addresses })).toMatchObject({ state: "ok", reason: null });
    for (const [name, fault, reason] of faults) {
      const before = (await told(rig)).length;
      const verdict = await cycle(rig, ++n, { addresses, fault });
      expect(verdict, name).toMatchObject({ state: "degraded", reason: expect.stringMatching(reason) });
      await restore();
      expect(await cycle(rig, ++n, { addresses }), `after ${name}`).toMatchObject({ state: "ok", reason: null });
      expect((await told(rig)).slice(before), name).toEqual(["vantage-degraded", "vantage-recovered"]);
    }
  }

  test("behind a gateway knows its MAC address, and notices when it is gone", async () => {
    const addresses = [1, 2].map((n) => `${BEHIND}.${n}`);
    const rig = createRig(addresses);
    expect(await cycle(rig, 1, { addresses })).toMatchObject({ state: "ok", reason: null });
    const mac = `02-00-00-00-00-${ROUTER.toString(16)}`;
    expect((await rig.store().cycles.loadBaseline("office")).vantage.gatewayMac).toBe(mac);
    // Forgotten, so that the kernel asks again; in a long scan it does so by itself.
    const fault = async () => {
      await lab.connect(ROUTER, false);
      await ip("neigh", "flush", "dev", lab.device);
    };
    const verdict = await cycle(rig, 2, { addresses, fault });
    await restore();
    expect(verdict).toMatchObject({
      state: "degraded",
      reason: expect.stringMatching(/control gateway failed: 10\.213/),
    });
    expect(await cycle(rig, 3, { addresses })).toMatchObject({ state: "ok", reason: null });
  });

  test("passes its own self-test, on this machine as on the wire, and says where it cannot", async () => {
    const look = (addresses: readonly string[]): Promise<VantageLook> => watch(addresses).look(testSignal());
    expect((await look([lab.address(10)])).selfTest).toEqual({ name: "self-test", result: "ok", detail: null });
    expect((await look(["127.0.44.1"])).selfTest).toMatchObject({ result: "not-applicable" });
    const blind = scannerFor({ rawDir: null, nmapPath: "/opt/no/nmap" }).scanner;
    const options = { addresses: [lab.address(10)], scanner: blind, technique: "syn" } as const;
    const watching = createVantageWatch({ ...options, excluded: () => false });
    expect((await watching.look(testSignal())).selfTest).toMatchObject({ result: "failed" });
    const excluding = createVantageWatch({ ...options, excluded: (address) => address === lab.vantage });
    expect((await excluding.look(testSignal())).selfTest).toMatchObject({ result: "not-applicable" });
  });
});
