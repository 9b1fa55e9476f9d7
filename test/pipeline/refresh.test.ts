import { expect, test } from "vitest";
import type { World } from "../support/world-scanner.ts";
import { createRig } from "./rig.ts";

const WEEK_OF_MINUTES = 7 * 24 * 60;

test("a host whose operating system matches nothing is asked once, not in every cycle", async () => {
  const world: World = new Map([["10.0.0.1", { open: new Map([[22, "OpenSSH"]]) }]]);
  const rig = createRig([...world.keys()]);
  for (const n of [1, 2, 3, 3 + WEEK_OF_MINUTES]) await rig.cycle(n, world, { osDetection: true });
  const asked = rig.plans.filter((plan) => plan.osDetection).map((plan) => plan.cycleId);
  expect(asked).toEqual(["cycle-1", `cycle-${3 + WEEK_OF_MINUTES}`]);
});

test("a service that says nothing costs half a minute, so it is asked once a week, others in every cycle", async () => {
  const open = new Map([
    [22, "OpenSSH"],
    [99, ""],
  ]);
  const rig = createRig(["10.0.0.1"]);
  for (const n of [1, 2, 3, 3 + WEEK_OF_MINUTES]) await rig.cycle(n, new Map([["10.0.0.1", { open }]]));
  const asked = rig.plans.filter((plan) => plan.phase === "fingerprint").map((plan) => plan.ports.get("tcp"));
  const [both, talking] = [
    [
      [22, 22],
      [99, 99],
    ],
    [[22, 22]],
  ];
  expect(asked).toEqual([both, talking, talking, both]);
});
