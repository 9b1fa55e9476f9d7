import { describe, expect, it } from "vitest";
import type { Mute } from "../../../src/domain/anomaly.ts";
import { matches, type Mutable, muteFor } from "../../../src/score/life/mutes.ts";
import { host, mute, START } from "../build.ts";

const ANOMALY: Mutable = {
  id: "anomaly-1",
  segment: "dmz-west",
  kind: "port-opened",
  host: host(41),
  port: { transport: "tcp", number: 8443 },
  group: null,
};
const ROLLOUT: Mutable = {
  ...ANOMALY,
  kind: "rollout",
  host: null,
  group: {
    id: "g",
    kind: "version-changed",
    from: "1",
    to: "2",
    subject: "s",
    members: [41, 42, 99].map((n) => ({ hostId: `h${n}`, ip: `10.20.30.${n}`, name: null, anomalyId: `a${n}` })),
  },
};

describe("a mute", () => {
  it.each<readonly [string, Mute["match"], boolean]>([
    ["an address", { host: "10.20.30.41" }, true],
    ["another address", { host: "10.20.30.4" }, false],
    ["a network", { host: "10.20.30.0/26" }, true],
    ["another network", { host: "10.20.31.0/24" }, false],
    ["a name in any case", { host: "APP41.corp.example" }, true],
    ["port and protocol", { port: "8443/tcp" }, true],
    ["the port without its protocol", { port: "8443" }, false],
    ["the port of another protocol", { port: "8443/udp" }, false],
    ["a kind", { kind: "port-opened" }, true],
    [
      "all of several fields",
      { host: "10.20.30.41", port: "8443/tcp", kind: "port-opened", segment: "dmz-west" },
      true,
    ],
    ["only some of several fields", { host: "10.20.30.41", kind: "banner-changed" }, false],
    ["the id", { anomaly: "anomaly-1" }, true],
    ["the start of the id", { anomaly: "anomaly" }, false],
    ["another segment", { segment: "dmz-east" }, false],
    ["nothing at all", {}, false],
  ])("by %s", (_, match, expected) => {
    expect(matches(mute({ match }), ANOMALY)).toBe(expected);
  });

  it.each<readonly [string, Mute["match"], boolean]>([
    ["by the kind of its members", { kind: "version-changed" }, true],
    ["by its own kind", { kind: "rollout" }, true],
    ["by a network that holds every member", { host: "10.20.30.0/24" }, true],
    ["not by a network that holds only some", { host: "10.20.30.0/26" }, false],
  ])("holds a rollout %s", (_, match, expected) => {
    expect(matches(mute({ match }), ROLLOUT)).toBe(expected);
  });

  it("ends at its date, not one millisecond later", () => {
    const ending = mute({ until: START });
    expect(muteFor(ANOMALY, [ending], START - 1)).toBe(ending);
    expect(muteFor(ANOMALY, [ending], START)).toBeNull();
  });

  it("that lasts longest wins", () => {
    const [short, long] = [mute({ id: "short", until: START + 1 }), mute({ id: "long", until: START + 2 })];
    expect(muteFor(ANOMALY, [short, long], START)).toBe(long);
  });
});
