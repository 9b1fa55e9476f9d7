import { expect, it } from "vitest";
import { nearbyOf } from "../../../src/report/model/explain/nearby.ts";
import { DAY, change, deviation, host, HOUR, life, nonNull, START } from "../../score/build.ts";

const found = nonNull(life().cycle([deviation()]).changed[0]);
const key = nonNull(life().cycle([change("hostkey-changed", 41, ["a", "b"])]).changed[0]);

it("lists what else began on the host within three days, first things first", () => {
  const others = [
    found,
    { ...key, id: "later", firstSeen: START + 2 * HOUR },
    { ...key, id: "before", firstSeen: START - DAY, state: "resolved" as const },
    { ...key, id: "too-late", firstSeen: START + 4 * DAY },
    { ...key, id: "elsewhere", host: host(42) },
  ];
  expect(nearbyOf(found, others).map(({ id, state }) => `${id} ${state}`)).toEqual(["before resolved", "later open"]);
});

it("counts a host that is a member of a group", () => {
  const group = nonNull(life().cycle([41, 42, 43].map((n) => change("version-changed", n, ["1", "2"]))).changed[0]);
  expect(nearbyOf(found, [group]).map(({ kind }) => kind)).toEqual(["rollout"]);
});
