import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { readSources } from "../../src/declared/readers/read-sources.ts";
import { READERS } from "../../src/declared/readers/registry.ts";
import { settingOfFile } from "../../src/declared/readers/source-settings.ts";
import type { RunPlan } from "../../src/domain/scan-plan.ts";
import { size } from "../../src/lib/intervals.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { listener } from "../support/listeners.ts";
import { tempDir } from "../support/temp-dir.ts";
import type { World, WorldHost } from "../support/world-scanner.ts";
import { realScan } from "./real-scan.ts";
import { createRig, type CycleOptions, type Rig } from "./rig.ts";

const ADDRESSES = [1, 2, 3, 4].map((n) => `10.0.0.${n}`);

function worldOf(port: (n: number) => number | null): World {
  return new Map(
    ADDRESSES.map((address, i): [string, WorldHost] => {
      const web = port(i);
      const open = new Map([[22, "OpenSSH"], ...(web === null ? [] : [[web, "nginx"] as const])]);
      return [address, { mac: `00-11-22-33-44-0${i}`, open }];
    }),
  );
}

/** Port 80 of every host is declared, and 22 where nobody asks. */
function declaring(hosts: readonly string[] = ADDRESSES): CycleOptions {
  const directory = tempDir();
  const rows = hosts.flatMap((address) => [`${address},80,tcp,http`, `${address},22,tcp,http`]);
  writeFileSync(join(directory, "inventory.csv"), `host,port,proto,service\n${rows.join("\n")}\n`);
  const setting = settingOfFile("inventory.csv", directory);
  return { deps: { readDeclared: (previous) => readSources([setting], { readers: READERS, now: 1, previous }) } };
}

async function learned(how: CycleOptions): Promise<Rig> {
  const rig = createRig(ADDRESSES);
  for (const n of [1, 2, 3])
    await rig.cycle(
      n,
      worldOf(() => 80),
      how,
    );
  return rig;
}

const isSearch = (plan: RunPlan) => size(plan.ports.get("tcp") ?? []) === 65_535;
const searched = (rig: Rig) => rig.plans.filter(isSearch).flatMap((plan) => plan.addresses);

describe("a declared endpoint that is down", () => {
  it("is searched on all ports of its host, and found where no plan would have looked", async () => {
    const how = declaring();
    const rig = await learned(how);
    const report = await rig.cycle(
      4,
      worldOf((n) => (n === 1 ? 40_080 : 80)),
      how,
    );
    expect(searched(rig)).toEqual(["10.0.0.2"]);
    expect(report?.steps.map((step) => [step.anomaly.kind, step.anomaly.from, step.anomaly.to])).toContainEqual([
      "port-moved",
      "80",
      "40080",
    ]);
    // From now on the port is known, and nobody has to be searched again.
    await rig.cycle(
      5,
      worldOf((n) => (n === 1 ? 40_080 : 80)),
      how,
    );
    expect(searched(rig)).toHaveLength(1);
  });

  it("is not searched for ever when it is nowhere", async () => {
    const how = declaring();
    const rig = await learned(how);
    for (const n of [4, 5, 6, 7, 8])
      await rig.cycle(
        n,
        worldOf((i) => (i === 1 ? null : 80)),
        how,
      );
    expect(searched(rig)).toEqual(Array(3).fill("10.0.0.2"));
  });

  it("is searched on two hosts of a cycle, those first that were missed longest", async () => {
    const how = declaring();
    const rig = await learned(how);
    await rig.cycle(
      4,
      worldOf((n) => (n === 3 ? null : 80)),
      how,
    );
    await rig.cycle(
      5,
      worldOf(() => null),
      how,
    );
    expect(searched(rig)).toEqual(["10.0.0.4", "10.0.0.4", "10.0.0.1"]);
  });

  it("is not searched on a fragile host", async () => {
    const how = { ...declaring(), fragile: ["10.0.0.2"] };
    const rig = await learned(how);
    await rig.cycle(
      4,
      worldOf((n) => (n === 1 ? 40_080 : 80)),
      how,
    );
    expect(searched(rig)).toEqual([]);
  });

  it("is not searched when nobody declares it, nor when the doubt was settled by another probe", async () => {
    const how = declaring(ADDRESSES.slice(0, 1));
    const rig = await learned(how);
    await rig.cycle(
      4,
      worldOf((n) => (n === 1 ? 40_080 : 80)),
      how,
    );
    const flickering = worldOf(() => 80);
    const onRun = (plan: RunPlan) => {
      // Silent for the first look only.
      flickering.set("10.0.0.1", {
        ...flickering.get("10.0.0.1")!,
        filtered: plan.phase === "ports" ? [[80, 80]] : [],
      });
    };
    await rig.cycle(5, flickering, { ...how, onRun });
    expect(searched(rig)).toEqual([]);
  });

  it("takes nothing away from what the plan saw", async () => {
    const how = declaring();
    const rig = await learned(how);
    const world = worldOf((n) => (n === 1 ? 40_080 : 80));
    // While the search runs, port 22 drops its packets.
    const onRun = (plan: RunPlan) => {
      const filtered = isSearch(plan) ? ([[22, 22]] as const) : [];
      world.set("10.0.0.2", { ...world.get("10.0.0.2")!, filtered });
    };
    const report = await rig.cycle(4, world, { ...how, onRun });
    expect(report?.steps.map((step) => step.anomaly.kind)).toEqual(["port-moved"]);
  });
});

describeWith(installedNmap(), "a real mail server that moves beyond every plan", () => {
  test("is found in the same cycle", async () => {
    const host = "127.0.45.1";
    const mail = { kind: "banner", text: "220 mail.example.org ESMTP Postfix\r\n" } as const;
    const directory = tempDir();
    writeFileSync(join(directory, "inventory.csv"), `host,port,proto,service\n${host},8045,tcp,smtp\n`);
    const text = `segment: s\ntargets: [${host}]\nports: [8045]\npace: fast\ncontrolled: true\nos_detection: false\ndeclared: [{ inventory: inventory.csv }]\n`;
    const scan = () => realScan(text, directory);
    const before = await listener(host, 8045, mail);
    await scan();
    await before.close();
    await listener(host, 48_045, mail);
    const report = await scan();
    // Other programs of this machine that listen on every address are found as well.
    expect(report.steps.map((step) => [step.anomaly.kind, step.anomaly.from, step.anomaly.to])).toContainEqual([
      "port-moved",
      "8045",
      "48045",
    ]);
  });
});
