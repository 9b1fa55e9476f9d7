import { expect, it } from "vitest";
import type { Mute } from "../../../src/domain/anomaly.ts";
import { checkMutes } from "../../../src/score/life/check-mutes.ts";

const NOW = 1_800_000_000_000;
const HOSTS = [1, 2, 3, 4, 5].map((n) => ({ address: `10.0.0.${n}`, name: `pc${n}.example` }));

function mute(match: Mute["match"], until = NOW + 1): Mute {
  return { id: "m", match, reason: "r", until, by: "b", origin: "cli" };
}

it.each([
  { name: "one that ended is expired, whatever it covers", mute: mute({ host: "10.0.0.0/24" }, NOW), state: "expired" },
  { name: "a network with every host is too wide", mute: mute({ host: "10.0.0.0/24" }), state: "wide" },
  {
    name: "a network with one host of five is dead without an anomaly",
    mute: mute({ host: "10.0.0.5/32" }),
    state: "dead",
  },
  { name: "two of five hosts are too wide", mute: mute({ host: "10.0.0.2/31" }), state: "wide" },
  { name: "a name is one host", mute: mute({ host: "pc1.example" }), state: "dead" },
  { name: "a port on every host is not too wide", mute: mute({ host: "10.0.0.0/24", port: "22/tcp" }), state: "dead" },
])("$name", ({ mute: given, state }) => {
  const [checked] = checkMutes([given], { anomalies: [], hosts: HOSTS, now: NOW, wide: 0.25 });
  expect(checked).toMatchObject({ state, hides: 0, matched: 0 });
});
