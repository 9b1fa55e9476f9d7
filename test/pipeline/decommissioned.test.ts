import { expect, it } from "vitest";
import { learn } from "../../src/app/operations/learn.ts";
import { siteOf } from "../support/runtime.ts";
import { parseConfig } from "../support/configuration.ts";
import type { World, WorldHost } from "../support/world-scanner.ts";
import { createRig, SEGMENT } from "./rig.ts";

const ADDRESSES = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `10.0.0.${n}`);
const ALL: World = new Map(
  ADDRESSES.map((address, i): [string, WorldHost] => [
    address,
    { mac: `00-11-22-33-44-0${i}`, open: new Map([[22, "OpenSSH"]]) },
  ]),
);
/** Five of eight were taken away for good. */
const REST: World = new Map([...ALL].slice(0, 3));

it("a mass decommission stays degraded until somebody learns anew, as its reason says, and then it is over", async () => {
  const rig = createRig(ADDRESSES);
  for (const n of [1, 2, 3]) await rig.cycle(n, ALL);
  for (const n of [4, 5, 6]) {
    const report = await rig.cycle(n, REST);
    expect(report?.vantage).toMatchObject({ state: "degraded", problems: ["hosts-vanished"] });
    expect(report?.vantage.reason).toContain("tripline baseline learn --reason");
    expect(report?.steps).toEqual([]);
  }
  const loaded = parseConfig(`segment: ${SEGMENT}\ntargets: [10.0.0.0/24]\n`, {
    path: null,
    directory: "/",
    environment: {},
    now: 1,
  });
  if (!loaded.ok) throw new Error(loaded.error.text);
  const operator = { by: "net-team", reason: "rack 4 decommissioned" };
  await learn({ ...siteOf(loaded.value, "/"), store: rig.store() }, operator);
  const after = [];
  for (const n of [7, 8, 9, 10, 11]) after.push(await rig.cycle(n, REST));
  expect(after.map((report) => report?.vantage.state)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  expect(after.flatMap((report) => report?.steps ?? [])).toEqual([]);
  expect(after[0]?.health.map((notice) => notice.kind)).toContain("vantage-recovered");
});
