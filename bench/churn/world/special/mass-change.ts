import { opened } from "../labels/bad-ports.ts";
import { OPENINGS } from "../labels/kinds.ts";
import { wantedScan } from "../labels/labels.ts";
import type { Stage } from "../labels/place.ts";
import { addressAt, labelled, NOTHING, type Planned } from "../plan.ts";
import { tcp } from "../ports.ts";
import { random } from "../random.ts";
import { wholeScan } from "./syn-proxy.ts";

const SHARE = 0.5;
const PORT = 6556;

/** From one scan to the next half of the machines have an agent that nobody announced. */
export function massChange(stage: Stage): Planned {
  const { ground } = stage;
  const from = wholeScan(stage, wantedScan(stage, "mass-change"));
  const chance = random(ground.seed, "mass-change");
  const settled = ground.machines.filter(({ guest, born }) => !guest && born === 0);
  const changed = chance.sample(settled, Math.round(settled.length * SHARE));
  const { edit, ports, right } = opened(tcp(PORT, ground.fleet.service("go", "agent")));
  const label = {
    id: "mass-change",
    incident: "mass-change",
    kind: "mass-change",
    truth: "segment",
    role: "server" as const,
    addresses: changed.map(({ truth }) => addressAt(ground, truth, from)),
    ports,
    from,
    until: null,
    tells: OPENINGS,
    right,
    benign: false,
    announced: false,
  };
  return { ...NOTHING, ...labelled([label]), changes: changed.map(({ truth }) => ({ truth, from, edit })) };
}
