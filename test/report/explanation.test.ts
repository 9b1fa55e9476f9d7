import { describe, expect, it } from "vitest";
import { explainAnomaly } from "../../src/app/operations/explain-anomaly.ts";
import { layOut } from "../../src/cli/terminal/layout.ts";
import type { Explanation } from "../../src/report/model/explanation.ts";
import { explanationText } from "../../src/report/text/explanation.ts";
import { change, deviation, HOUR, life, mute, nonNull, segmentOf, START } from "../score/build.ts";
import { hostWith } from "./explain/hosts.ts";

const SERVERS = [41, 42, 43, 44].map((n) =>
  hostWith(n, { open: ["tcp/22", "tcp/443"], fresh: n === 41 ? ["tcp/4444"] : [] }),
);
const OPTIONS = {
  alertAt: 48,
  mutes: [],
  now: START,
  forgetMs: 30 * 24 * HOUR,
  baseline: segmentOf(SERVERS, 100),
  others: [],
};

/** As a pipe gets it. */
function renderExplain(explanation: Explanation): string {
  return layOut(explanationText(explanation), { width: Infinity, paint: (_, text) => text });
}

function anomaly(extra = {}) {
  return nonNull(life().cycle([deviation(extra)]).changed[0]);
}

describe("explain", () => {
  it("prints sentence, evidence, arithmetic, what it may be, what to check and how to quiet it", () => {
    expect(renderExplain(explainAnomaly(anomaly(), OPTIONS))).toMatchInlineSnapshot(`
      "New open port 4444/tcp (unknown service) on app41.corp.example (10.20.30.41), segment dmz-west.  HIGH 69/100
      since     2026-11-20T09:30Z, seen once, confirmed by a second probe
      baseline  state closed
                Port never open in 400 covered scans
      now       state open
                evidence syn-ack
      unusual   port never open in 400 covered scans
                the only one of 4 servers with port 4444/tcp open
      also      nothing else on this host within three days
      missing   to be closed: 2 covered scans in a row in which port 4444/tcp is refused, or 3 in which nothing answers (0 so far)
                to be aged: it lasts until 2026-12-20; from then on it is normal
      alert     69 is at or above alert_at 48
      what if   threshold: 22 points fewer and it would not alert, nor would it without rarity or exposure; 5 points more and it would be critical
                peers: if its peers often showed the same, rarity could fall from 45 points to 0 and the score to 24: no alert
                declared: no declaration covers it; a declaration that expects it would explain it
                announced: nobody announced it; a change announced for this place would have explained it, and it would be normal now
                accepted: nobody accepted it; an accept makes it normal
                muted: no mute matches it; one would stop its alerts until a date
      may be    a legitimate deployment (most often)
                a debug or admin port left open
                a reverse shell or C2 listener (candidate T1571)
      check     1 owner and change ticket
                2 \`ss -ltnp 'sport = :4444'\` on the host: which process, since when
                3 flows to 10.20.30.41:4444 in the SIEM since it opened
      quiet it  it is normal: tripline baseline accept equgyrur --reason … --by …
                for a while: tripline mute add --id equgyrur --until … --reason … --by …
                with other rules: change the configuration, then try it on past scans: tripline replay --since 7d
      id        equgyrurr6l2vqdlan4cgbui64
      state     open, episode 1
      score     rarity 45 + exposure 24 + declaration 0 + criticality 0 + corroboration 0 + context 0 = 69     alert_at 48
                rarity      +45  port never open in 400 covered scans: 11.0 bits of surprise for a registered port
                exposure    +24  unidentified service
      more      tripline doctor --explain port-opened"
    `);
  });

  it("shows an arithmetic that adds up, of a rollout that of its highest member", () => {
    const updates = [41, 42, 43].map((n) => change("version-changed", n, ["9.6p1", "9.8p1"]));
    const report = explainAnomaly(nonNull(life().cycle(updates).changed[0]), OPTIONS);
    const text = renderExplain(report);
    expect(text).toContain("rarity 19 + exposure 0 + declaration 0 + criticality 0 + corroboration 0 + context 0 = 19");
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
      "its kind is informational and never alerts",
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

  it("shortens a whole banner, and says how long it is and where to read it", () => {
    const { now } = explainAnomaly(anomaly({ after: { banner: "x".repeat(4_000) } }), OPTIONS);
    expect(now[0]).toBe(`banner ${"x".repeat(512)}… (4000 characters; all of them in tripline anomalies show)`);
  });

  it("keeps the arithmetic that lists leave out: bits, the class of the port, and what counts beside a declaration", () => {
    expect(explainAnomaly(anomaly(), OPTIONS).score.rarity).toMatch(
      /^port never open in 400 covered scans: \d+\.\d bits of surprise for a registered port$/,
    );
    const declared = explainAnomaly(anomaly({ kind: "undeclared-port" }), OPTIONS);
    expect(declared.score.rarity).toMatch(
      /bits of surprise for a registered port, counted at 25 % beside a declaration$/,
    );
  });
});
