import { describe, expect, it } from "vitest";
import type { Anomaly } from "../../../src/domain/anomaly.ts";
import type { Deviation } from "../../../src/domain/deviation.ts";
import { whatIf, type WhatIf, type WhatIfInput } from "../../../src/report/model/explain/what-if.ts";
import { declared, deviation, HOUR, life, mute, nonNull, START } from "../../score/build.ts";
import { hostWith } from "./hosts.ts";

function raised(extra: Partial<Deviation> = {}): Anomaly {
  return nonNull(life().cycle([deviation(extra)]).changed[0]);
}

function said(anomaly: Anomaly, by: WhatIf["by"], extra: Partial<WhatIfInput> = {}) {
  return whatIf(anomaly, { alertAt: 48, mute: null, host: null, ...extra }).find((one) => one.by === by);
}

/** Points as given, which add up to the value. */
function scored(points: Readonly<Record<string, number>>): Anomaly {
  const found = raised();
  const value = Object.values(points).reduce((sum, one) => sum + one, 0);
  const parts = found.score.parts.map((part) => ({ ...part, points: points[part.name] ?? 0 }));
  return { ...found, score: { ...found.score, value, parts } };
}

describe("what would have changed the verdict", () => {
  it("the nearest threshold of an alert, and the parts that carry it", () => {
    expect(said(scored({ rarity: 45, exposure: 24 }), "threshold")).toEqual({
      by: "threshold",
      holds: true,
      text: "22 points fewer and it would not alert, nor would it without rarity or exposure; 5 points more and it would be critical",
    });
  });

  it("a part that the alert can do without does not carry it", () => {
    expect(said(scored({ rarity: 45, exposure: 24, corroboration: 10 }), "threshold")?.text).toContain(
      "nor would it without rarity",
    );
  });

  it("the nearest threshold of what is no alert", () => {
    expect(said(scored({ rarity: 30 }), "threshold")).toMatchObject({
      holds: false,
      text: "18 points more and it would alert; 18 points more and it would be high",
    });
  });

  it("peers that show the same can take away rarity and nothing else", () => {
    expect(said(scored({ rarity: 45, exposure: 24 }), "peers")?.text).toContain("the score to 24: no alert");
    expect(said(scored({ rarity: 20, exposure: 60 }), "peers")?.text).toContain("the score to 60: still an alert");
    expect(said(scored({ exposure: 60 }), "peers")).toBeUndefined();
  });

  it("a declaration that exists, one that could exist, and one that cannot help", () => {
    expect(said(raised({ declared: declared() }), "declared")).toMatchObject({
      holds: true,
      text: "declarations say port-moved (compose.yaml:14)",
    });
    expect(said(raised(), "declared")).toMatchObject({
      holds: false,
      text: expect.stringContaining("would explain it"),
    });
    expect(said(raised({ kind: "exposure-found" }), "declared")?.text).toBe("a declaration would not change it");
  });

  it("an announcement, except for what nobody plans", () => {
    expect(said(raised(), "announced")?.text).toContain("it would be normal now");
    expect(said(raised({ kind: "flapping" }), "announced")?.text).toContain("quiet until its end");
    expect(said(raised({ reasons: ["backdoor"] }), "announced")?.text).toBe("an announced change never explains this");
    const excuse = { kind: "change", id: "c", ticket: "CHG-1", by: "ops", until: START, learned: true } as const;
    expect(said({ ...raised(), excuse }, "announced")).toEqual({
      by: "announced",
      holds: true,
      text: "announced with CHG-1 by ops until 2026-11-20T09:30Z",
    });
  });

  it("accepts and mutes, there or not", () => {
    expect(said(raised(), "accepted")?.holds).toBe(false);
    const closed = { by: "alice", reason: "accepted" } as const;
    expect(said({ ...raised(), state: "accepted", closed }, "accepted")).toMatchObject({
      holds: true,
      text: "accepted by alice",
    });
    expect(said(raised(), "muted")?.holds).toBe(false);
    expect(said(raised(), "muted", { mute: mute({ until: START + HOUR }) })?.text).toBe(
      "muted by soc-duty until 2026-11-20T10:30Z",
    );
  });

  it("the rhythm of a host that is missed, and of nothing else", () => {
    const rhythm = { "working-day": { asked: 40, up: 40 }, night: { asked: 40, up: 39 } };
    const gone = raised({ kind: "host-disappeared", port: null, subject: "presence" });
    expect(said(gone, "rhythm", { host: hostWith(41, { open: [] }, { rhythm }) })?.text).toBe(
      "it answered 40 of 40 looks on working days, 39 of 40 looks at night; in hours in which it is usually off it would not be missed",
    );
    expect(said(gone, "rhythm")?.text).toContain("its rhythm is not known");
    expect(said(raised(), "rhythm")).toBeUndefined();
  });
});
