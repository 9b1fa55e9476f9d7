import type { HostRole, Label } from "../../types.ts";
import type { Machine } from "../machine.ts";
import { macOf, randomisedMac } from "../macs.ts";
import { addressesOf, type Ground, labelled, NOTHING, type Planned } from "../plan.ts";
import { build, type Founding } from "../population.ts";
import { ssh, tcp } from "../ports.ts";
import { type Random, random } from "../random.ts";
import { systemOf } from "../systems.ts";
import { APPEARANCES } from "./kinds.ts";
import { countOf } from "./labels.ts";

/** Half of them look like one of us. */
const IN_DISGUISE = 0.5;
const DISGUISES: readonly HostRole[] = ["workstation", "workstation", "server", "iot"];
const LAST_DAYS = 1;

/** Machines that nobody brought in: they come in the judged time and leave after some hours or days. */
export function rogues(founding: Founding, { randomised }: { readonly randomised: boolean }): readonly Machine[] {
  const { seed, time } = founding;
  return Array.from({ length: countOf(founding.hosts) }, (_, i) => {
    const chance = random(seed, "rogue", i);
    const born = time.judgedFrom + chance.below(time.scans - time.judgedFrom - LAST_DAYS * time.perDay);
    const gone = Math.min(time.scans, born + Math.ceil(chance.between(0.5, 5) * time.perDay));
    const made = chance.chance(IN_DISGUISE) ? disguised(founding, chance, i) : stranger(founding, chance, i);
    const hidden = randomised && chance.chance(0.5) ? randomisedMac(chance) : {};
    // On whatever address it took, and never off.
    return { ...made, ...hidden, truth: truthOf(i), guest: true, leased: chance.chance(0.6), born, gone };
  });
}

function truthOf(i: number): string {
  return `rogue-${i + 1}`;
}

function disguised(founding: Founding, chance: Random, i: number): Machine {
  const found = build(founding, { role: chance.pick(DISGUISES), n: 700 + i, born: 0, gone: 0 });
  return chance.chance(0.5) ? found : { ...found, name: null };
}

function stranger({ fleet }: Founding, chance: Random, i: number): Machine {
  const truth = truthOf(i);
  const shell = ssh(22, fleet.service(chance.pick(["debianSsh", "dropbear"]), truth), truth);
  const others = [tcp(4444, null), tcp(8080, fleet.service("simpleHttp", truth)), tcp(3128, null)];
  return {
    truth,
    role: "dev",
    ...macOf(chance.pick(["raspberry", "realtek", "vmware", "tpLink"]), chance),
    name: null,
    ports: [shell, ...chance.sample(others, chance.below(3))],
    os: systemOf(chance.pick(["linux", "linux6", "embedded"])),
    windows: false,
    leased: true,
    guest: true,
    born: 0,
    gone: 0,
  };
}

/** A broken scan cannot see them: a label begins with the first that can. */
export function rogueLabels(ground: Ground, faults: ReadonlyMap<number, unknown>): Planned {
  const found = ground.machines.flatMap((machine) => labelOf(ground, machine, faults) ?? []);
  return { ...NOTHING, ...labelled(found) };
}

function labelOf(ground: Ground, machine: Machine, faults: ReadonlyMap<number, unknown>): Label | null {
  const { truth, role, gone } = machine;
  const from = truth.startsWith("rogue-") ? firstWhole(machine, faults) : null;
  if (from === null) return null;
  return {
    id: `rogue/${truth}`,
    incident: `rogue/${truth}`,
    kind: "rogue",
    truth,
    role,
    addresses: addressesOf(ground, truth, { from, until: gone }),
    ports: [],
    from,
    until: gone >= ground.time.scans ? null : gone,
    tells: APPEARANCES,
    right: { field: "presence", from: null, to: "up" },
    benign: false,
    announced: false,
  };
}

function firstWhole({ born, gone }: Machine, faults: ReadonlyMap<number, unknown>): number | null {
  for (let n = born; n < gone; n++) if (!faults.has(n)) return n;
  return null;
}
