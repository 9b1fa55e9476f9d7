import { describe, expect, it } from "vitest";
import type { Deviation } from "../../../src/domain/deviation.ts";
import { ANOMALY_KINDS, CATALOGUE } from "../../../src/domain/kinds/catalogue.ts";
import { missingSightings as missingOf } from "../../../src/report/model/explain/missing.ts";
import type { Anomaly } from "../../../src/domain/anomaly.ts";
import type { HostBaseline } from "../../../src/domain/baseline.ts";
import { change, DAY, deviation, life, nonNull } from "../../score/build.ts";
import { hostWith } from "./hosts.ts";

function missingSightings(anomaly: Anomaly, host: HostBaseline | null) {
  return missingOf(anomaly, { host, forgetMs: 30 * DAY });
}

function raised(extra: Partial<Deviation> = {}) {
  return nonNull(life().cycle([deviation(extra)]).changed[0]);
}

function closing(extra: Partial<Deviation>, host = hostWith(41, { open: ["tcp/22"] })) {
  return missingSightings(raised(extra), host).find(({ outcome }) => outcome === "closed")?.text;
}

const PRESENCE = { port: null, subject: "presence" } as const;

describe("the sighting that is still missing", () => {
  it("counts the misses of an opened port so far", () => {
    const known = hostWith(41, { open: ["tcp/22"], fresh: ["tcp/4444"] });
    const ports = new Map([...known.ports].map(([key, port]) => [key, { ...port, misses: 1 }]));
    expect(closing({}, { ...known, ports })).toBe(
      "2 covered scans in a row in which port 4444/tcp is refused, or 3 in which nothing answers (1 so far)",
    );
  });

  it("an answer closes what was lost", () => {
    expect(closing({ kind: "port-closed" })).toBe("one scan in which port 4444/tcp is open again");
    expect(closing({ ...PRESENCE, kind: "host-disappeared" })).toBe("one scan in which it answers");
  });

  it("a stranger is explained or leaves", () => {
    expect(closing({ ...PRESENCE, kind: "host-appeared" }, hostWith(41, { open: [] }, { misses: 2 }))).toBe(
      "an accept, or 3 covered scans in a row without an answer (2 so far)",
    );
  });

  it("a field has to be as before, and a new version may become normal", () => {
    const updated = nonNull(life().cycle([change("version-changed", 41, ["9.6p1", "9.8p1"])]).changed[0]);
    expect(missingSightings(updated, null)).toEqual([
      { outcome: "closed", text: "one scan in which version is as before" },
      {
        outcome: "aged",
        text: "20 covered scans in a row with the newer version (0 so far), or it lasts until 2026-12-20; from then on it is normal",
      },
    ]);
  });

  it("what lasts becomes normal, what stays away is forgotten, what a declaration says does neither", () => {
    const aging = (extra: Partial<Deviation>) =>
      missingSightings(raised(extra), null).find(({ outcome }) => outcome === "aged")?.text;
    expect(aging({})).toBe("it lasts until 2026-12-20; from then on it is normal");
    expect(aging({ kind: "port-closed" })).toBe("it stays closed until 2026-12-20: then the port is forgotten");
    expect(aging({ ...PRESENCE, kind: "host-disappeared" })).toBe(
      "nobody sees it until 2026-12-20: then it is forgotten",
    );
    expect(aging({ kind: "undeclared-port" })).toBeUndefined();
  });

  it("a group waits for each of its hosts", () => {
    const updates = [41, 42, 43].map((n) => change("version-changed", n, ["9.6p1", "9.8p1"]));
    const group = nonNull(life().cycle(updates).changed[0]);
    expect(missingSightings(group, null)[0]?.text).toContain("on every one of its 3 hosts (on 0 so far)");
  });

  it("what no second probe saw lacks one", () => {
    expect(missingSightings(raised({ confirmed: false }), null)[0]?.outcome).toBe("confirmed");
    expect(missingSightings(raised(), null).map(({ outcome }) => outcome)).not.toContain("confirmed");
  });

  it("nothing is missing once it is over", () => {
    expect(missingSightings({ ...raised({ confirmed: false }), state: "resolved" }, null)).toEqual([]);
    expect(missingSightings({ ...raised(), state: "accepted" }, null)).toEqual([]);
  });

  it.each(ANOMALY_KINDS)("%s says what closes it", (kind) => {
    const text = closing({ kind, ...(CATALOGUE[kind].subject === "host" ? PRESENCE : {}) });
    expect(text).toMatch(/^[a-z0-9].{10,}[^.]$/);
  });
});
