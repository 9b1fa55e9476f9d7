import { expect, test } from "vitest";
import type { World } from "../support/world-scanner.ts";
import { createRig } from "./rig.ts";

test("a host whose operating system matches nothing is asked once, not in every cycle", async () => {
  const world: World = new Map([["10.0.0.1", { open: new Map([[22, "OpenSSH"]]) }]]);
  const rig = createRig([...world.keys()]);
  for (const n of [1, 2, 3]) await rig.cycle(n, world, { osDetection: true });
  expect(rig.plans.filter((plan) => plan.osDetection).map((plan) => plan.cycleId)).toEqual(["cycle-1"]);
});
