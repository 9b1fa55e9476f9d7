import { describe, expect, it } from "vitest";
import { type ExplainOptions, explainAnomaly, renderExplain } from "../../src/score/explain.ts";
import { change, deviation, HOUR, life, mute, nonNull, START } from "./build.ts";

const OPTIONS: ExplainOptions = { alertAt: 48, mutes: [], now: START };

function anomaly(extra = {}) {
  return nonNull(life().cycle([deviation(extra)]).changed[0]);
}

describe("explain", () => {
  it("prints sentence, evidence, arithmetic, what it may be, what to check and how to quiet it", () => {
    expect(renderExplain(explainAnomaly(anomaly(), OPTIONS))).toMatchInlineSnapshot(`
      "New open port 4444/tcp (unknown service) on app41.corp.example (10.20.30.41), segment dmz-west.  CRITICAL 75/100
      id         equgyrurr6l2vqdlan4cgbui64
      state      open · confirmed by re-probe · seen 1 time, first 2026-11-20T09:30:00.000Z, last 2026-11-20T09:30:00.000Z
      baseline   state closed
                 Port never open in 400 covered scans
      now        state open
                 evidence syn-ack
      score      rarity 51 + exposure 24 + declaration 0 + criticality 0 + corroboration 0 + context 0 = 75     alert_at 48
                 rarity          +51  12.6 bits for a registered port, seen open in 0 of 400 covered scans
                 exposure        +24  unidentified service
      alert      75 is at or above alert_at 48
      may be     a legitimate deployment (most often)
                 a debug or admin port left open
                 a reverse shell or C2 listener (candidate T1571)
      check      1 owner and change ticket
                 2 \`ss -ltnp 'sport = :4444'\` on the host: which process, since when
                 3 flows to 10.20.30.41:4444 in the SIEM since it opened
      quiet it   tripline baseline accept equgyrur --reason … --by …      it is normal now
                 tripline mute add --id equgyrur --until … --reason … --by …      no alert until a date
      more       tripline doctor --explain port-opened"
    `);
  });

  it("shows an arithmetic that adds up, with the subtraction of a rollout", () => {
    const updates = [41, 42, 43].map((n) => change("version-changed", n, ["9.6p1", "9.8p1"]));
    const report = explainAnomaly(nonNull(life().cycle(updates).changed[0]), OPTIONS);
    const text = renderExplain(report);
    expect(text).toContain(
      "rarity 19.2 + exposure 0 + declaration 0 + criticality 0 + corroboration 0 - context 3.2 = 16",
    );
    expect(text).toContain("10.20.30.42");
    expect(report.mayBe[0]).toContain("planned rollout");
  });

  it("names the threshold that would change the outcome, and the mute that holds it", () => {
    const low = explainAnomaly(anomaly({ informational: true }), {
      ...OPTIONS,
      mutes: [mute({ until: START + HOUR })],
    });
    expect(low.verdict).toEqual([
      "21 is below alert_at 48: sent as event; alert_at 21 would alert",
      "its kind is for information and never alerts",
      "muted by soc-duty until 2026-11-20 (tripline.yaml:9): change CHG-4711",
    ]);
  });

  it("writes an IPv6 endpoint so that address and port can be told apart", () => {
    const host = { ...deviation().host!, address: "2001:db8::41" };
    const { check } = explainAnomaly(anomaly({ host }), OPTIONS);
    expect(check.join("\n")).toContain("flows to [2001:db8::41]:4444 in the SIEM");
  });

  it("fills the address and the port into what to check", () => {
    expect(explainAnomaly(anomaly(), OPTIONS).check.join("\n")).toContain("`ss -ltnp 'sport = :4444'`");
  });

  it("cuts what a host says, line by line", () => {
    const report = explainAnomaly(anomaly({ after: { banner: "x".repeat(4_000) } }), OPTIONS);
    expect(
      Math.max(
        ...renderExplain(report)
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThan(300);
  });
});
