import { describe, expect, it } from "vitest";
import type { Deviation } from "../../../src/domain/deviation.ts";
import { acceptStep, muteStep, unmuteStep } from "../../../src/score/life/operator.ts";
import {
  HOUR,
  START,
  aged,
  baselineWith,
  change,
  declared,
  deviation,
  frozenRules,
  host,
  life,
  mute,
  nonNull,
  rules,
  segmentOf,
  told,
} from "../build.ts";

const OPENED = "opened port-opened tcp/4444";

function onlyId(rows: ReadonlyMap<string, unknown>): string {
  const [id, ...others] = [...rows.keys()];
  if (id === undefined || others.length > 0) throw new Error(`one anomaly expected, found ${rows.size}`);
  return id;
}

describe("opening", () => {
  it("makes an anomaly, notable, with one event and its sentence", () => {
    const segment = life();
    const { steps, changed } = segment.cycle([deviation()]);
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ transition: "opened", notable: true, previousScore: null, at: START });
    expect(changed[0]).toMatchObject({ state: "open", episode: 1, count: 1, openedCycle: "cycle-1", closed: null });
    expect(changed[0]?.message).toBe(
      "New open port 4444/tcp (unknown service) on app41.corp.example (10.20.30.41), segment dmz-west.",
    );
    expect(changed[0]?.reasons).toEqual(["rare-port", "unknown-service"]);
  });

  it("is no anomaly while learning: it is only counted", () => {
    const learning = deviation({ mature: false });
    expect(life().cycle([learning])).toEqual({
      steps: [],
      members: [],
      changed: [],
      learning: [{ ...learning, observedAt: START }],
    });
  });

  it("of a declared kind needs no learning", () => {
    const found = deviation({
      kind: "undeclared-port",
      mature: false,
      declared: declared({ verdict: "undeclared-open-port", severity: "high" }),
    });
    expect(told(life().cycle([found]))).toEqual(["opened undeclared-port tcp/4444"]);
  });

  it.each<readonly [string, Partial<Deviation>, boolean]>([
    ["for information", { informational: true }, false],
    [
      "of the first evaluation of a source, high",
      { kind: "missing-endpoint", declared: declared({ firstEvaluation: true, severity: "high" }) },
      false,
    ],
    [
      "of the first evaluation of a source, critical",
      { kind: "undeclared-port", declared: declared({ firstEvaluation: true, severity: "critical" }) },
      true,
    ],
    ["of a later evaluation", { kind: "missing-endpoint", declared: declared() }, true],
  ])("%s is notable: %s", (_, extra, expected) => {
    expect(life().cycle([deviation(extra)]).steps[0]?.notable).toBe(expected);
  });

  it("does not depend on the order of the deviations", () => {
    const found = [2, 10, 1].map((n) => deviation({ host: host(n), port: { transport: "tcp", number: 5000 + n } }));
    const one = life().cycle(found);
    expect(one).toEqual(life().cycle(found.toReversed()));
    expect(one.steps.map((s) => s.anomaly.host?.address)).toEqual(["10.20.30.1", "10.20.30.2", "10.20.30.10"]);
  });

  it("keeps its id over restarts and gives every host its own", () => {
    const ids = [life(), life()].map((segment) => segment.cycle([deviation()]).changed[0]?.id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).toMatch(/^[a-z2-7]{26}$/);
    expect(life().cycle([deviation({ host: host(42) })]).changed[0]?.id).not.toBe(ids[0]);
  });
});

describe("lasting", () => {
  it("counts sightings without an event", () => {
    const segment = life();
    segment.cycle([deviation()]);
    const second = segment.cycle([deviation()]);
    expect(second.steps).toEqual([]);
    expect(second.changed).toMatchObject([
      { count: 2, lastCycle: "cycle-2", lastSeen: START + HOUR, firstSeen: START },
    ]);
  });

  it("does not become rarer or more ordinary by lasting", () => {
    const segment = life();
    segment.cycle([deviation()]);
    for (let i = 1; i < 20; i++) {
      expect(
        told(
          segment.cycle([
            deviation({ history: { scans: 400 + i, seen: i, changes: 1, firstSeen: null, lastSeen: null } }),
          ]),
        ),
      ).toEqual([]);
    }
  });

  it("is told again after 24 hours, and then after another 24", () => {
    const segment = life();
    segment.cycle([deviation()]);
    expect(told(segment.cycle([deviation()], { at: 23 }))).toEqual([]);
    expect(told(segment.cycle([deviation()], { at: 24 }))).toEqual(["updated port-opened tcp/4444"]);
    expect(told(segment.cycle([deviation()], { at: 47 }))).toEqual([]);
    const [step] = segment.cycle([deviation()], { at: 48 }).steps;
    expect(step?.anomaly.message).toBe(
      "Open port 4444/tcp on app41.corp.example (10.20.30.41) is still there after 2d 0h.",
    );
    expect(step?.notable).toBe(false);
  });

  it.each<readonly [string, Partial<Deviation>, Partial<Deviation>, string]>([
    ["it is confirmed", { confirmed: false }, {}, "is now confirmed by a second probe"],
    ["the service is identified", {}, { after: { service: "irc", confidence: 10 } }, "is now identified as irc"],
    ["a detector has new evidence", {}, { reasons: ["same-product"] }, "has new evidence (same-product)"],
  ])("is updated when %s", (_, first, ...[second, phrase]) => {
    const segment = life();
    segment.cycle([deviation(first)]);
    const [step, ...others] = segment.cycle([deviation(second)]).steps;
    expect(others).toEqual([]);
    expect(step).toMatchObject({ transition: "updated", notable: false });
    expect(step?.anomaly.message).toContain(phrase);
  });

  it("is updated with both scores when the proxy on it is recognised (87 to 97 in the event contract)", () => {
    const tags = ["crown-jewel"];
    // 31 hosts without such an opening for years: one is expected once in about 3,100 days of a host.
    const hosts = Array.from({ length: 31 }, (_, n) => aged(100 + n, 1_000));
    const segment = life({ rules: frozenRules, baseline: segmentOf(hosts, 1_000) });
    const history = { scans: 412, seen: 0, changes: 0, firstSeen: null, lastSeen: null };
    segment.cycle([deviation({ host: host(7, { tags }), history })]);
    const proxy = { service: "socks5", product: "microsocks", confidence: 10 };
    const [step] = segment.cycle([
      deviation({ host: host(7, { tags }), history, after: proxy, reasons: ["unauthenticated"] }),
    ]).steps;
    expect(step).toMatchObject({ transition: "updated", previousScore: 87, anomaly: { score: { value: 97 } } });
    expect(step?.anomaly.message).toBe(
      "Open port 4444/tcp on app7.corp.example (10.20.30.7) is now identified as socks5, score 87 to 97.",
    );
    expect(step?.anomaly.reasons.toSorted()).toEqual([
      "high-criticality",
      "proxy-service",
      "rare-port",
      "unauthenticated",
    ]);
  });

  it("remembers what a service once said of itself when version detection fails later", () => {
    const segment = life();
    segment.cycle([deviation({ after: { service: "irc", product: "UnrealIRCd", confidence: 10 } })]);
    expect(told(segment.cycle([deviation({ after: { state: "open" } })]))).toEqual([]);
    expect(segment.row(onlyId(segment.rows))?.after).toMatchObject({ service: "irc", product: "UnrealIRCd" });
  });

  it.each([
    ["medium", "high", false],
    ["high", "critical", true],
  ] as const)("a %s finding of a first look stays part of it: raised to %s, notable %s", (severity, band, notable) => {
    const segment = life();
    const first = declared({ firstEvaluation: true, severity: "medium" });
    const found = deviation({ kind: "missing-endpoint", declared: first });
    expect(segment.cycle([found]).steps[0]).toMatchObject({ notable: false, anomaly: { score: { band: "medium" } } });
    const later = { ...first, firstEvaluation: false, severity };
    const now = { ...found, host: host(41, { tags: ["crown-jewel"] }), declared: later };
    const [step] = segment.cycle([now]).steps;
    expect(step).toMatchObject({ transition: "escalated", notable, anomaly: { score: { band } } });
  });

  it("escalates, notable again, when the score rises into a higher band", () => {
    const segment = life();
    const web = deviation({ after: { state: "open", service: "http", confidence: 10 } });
    expect(segment.cycle([web]).changed[0]?.score.band).toBe("medium");
    const { steps } = segment.cycle([web, change("hostkey-changed", 41, ["a", "b"])]);
    expect(steps.find((s) => s.anomaly.kind === "port-opened")).toMatchObject({
      transition: "escalated",
      notable: true,
    });
    expect(steps.find((s) => s.anomaly.kind === "port-opened")?.anomaly.message).toMatch(
      /^Open port 4444\/tcp on app41.corp.example \(10.20.30.41\) is now high, score \d+ to \d+\.$/,
    );
  });
});

describe("ending", () => {
  it("resolves when it was measured and is gone, once", () => {
    const segment = life();
    segment.cycle([deviation()]);
    const gone = segment.cycle([], { standing: () => "gone", at: 5 });
    expect(told(gone)).toEqual(["resolved port-opened tcp/4444"]);
    expect(gone.changed).toMatchObject([
      { state: "resolved", count: 1, closed: { by: "tripline", reason: "back-to-baseline" } },
    ]);
    expect(gone.steps[0]?.anomaly.message).toBe(
      "Port 4444/tcp on app41.corp.example (10.20.30.41) is closed again after 5h 0m.",
    );
    expect(segment.cycle([], { standing: () => "gone" })).toEqual({
      steps: [],
      members: [],
      changed: [],
      learning: [],
    });
  });

  it.each(["unmeasured", "present"] as const)("does not while it is %s", (standing) => {
    const segment = life();
    segment.cycle([deviation()]);
    expect(told(segment.cycle([], { standing: () => standing }))).toEqual([]);
    expect(segment.row(onlyId(segment.rows))?.state).toBe("open");
  });

  it("never happens in a degraded cycle", () => {
    const segment = life();
    segment.cycle([deviation()]);
    expect(segment.cycle([], { standing: () => "gone", degraded: true })).toEqual({
      steps: [],
      members: [],
      changed: [],
      learning: [],
    });
  });

  it("a change that comes back after years counts its episodes on", () => {
    const first = life().cycle([deviation()]).changed[0];
    const old = first === undefined ? null : { ...first, state: "resolved" as const, episode: 7, lastSeen: 0 };
    const past = { find: (id: string) => (id === old?.id ? old : null), onPort: () => [] };
    expect(life({ past }).cycle([deviation()]).changed).toMatchObject([{ id: first?.id, episode: 8 }]);
  });

  it("a change that comes back keeps its id, is a new episode and alerts again", () => {
    const segment = life();
    segment.cycle([deviation()]);
    segment.cycle([], { standing: () => "gone" });
    const again = segment.cycle([deviation()]);
    expect(told(again)).toEqual([OPENED]);
    expect(again.changed).toMatchObject([
      { id: onlyId(segment.rows), state: "open", episode: 2, count: 1, closed: null },
    ]);
    expect(again.steps[0]?.notable).toBe(true);
  });

  it("an upgrade that became the baseline has aged, it did not go back", () => {
    const update = change("version-changed", 41, ["9.6", "9.8"]);
    const value = { value: "9.8", current: "9.8", streak: 20, observed: 40, changes: 1 };
    const segment = life();
    segment.cycle([update]);
    const gone = segment.cycle([], { standing: () => "gone", baseline: baselineWith("host-41", "tcp/22", value) });
    expect(gone.steps).toMatchObject([{ transition: "aged", anomaly: { state: "aged", closed: { reason: "aged" } } }]);
  });
});

describe("a stranger that comes and goes", () => {
  const stranger = deviation({ kind: "host-appeared", port: null, subject: "presence", from: null, to: "up" });
  const gone = { standing: () => "gone" as const };
  const visited = (visits: readonly number[], options: Parameters<typeof life>[0] = {}) => {
    const segment = life(options);
    const steps = visits.flatMap((at) => {
      const here = segment.cycle([stranger], { at }).steps;
      return [...here, ...segment.cycle([], { ...gone, at: at + 1 }).steps];
    });
    return { segment, steps };
  };

  it("is told once, however often it comes back", () => {
    const { segment, steps } = visited([0, 20, 50, 90, 400, 700]);
    expect(steps.filter((s) => s.notable).map((s) => s.transition)).toEqual(["opened"]);
    const backs = steps.filter((s) => s.transition === "updated");
    expect(backs).toHaveLength(5);
    expect(backs[0]?.anomaly.message).toBe("New host app41.corp.example (10.20.30.41) is back after 20h 0m.");
    expect(segment.row(onlyId(segment.rows))).toMatchObject({ state: "resolved", episode: 6, count: 6 });
  });

  it("is open while it is there", () => {
    const segment = life();
    segment.cycle([stranger]);
    segment.cycle([], gone);
    expect(segment.cycle([stranger]).changed).toMatchObject([{ state: "open", episode: 2, closed: null }]);
    expect(told(segment.cycle([stranger]))).toEqual([]);
  });

  it("is an alert again when it brings along what is worse", () => {
    const segment = life();
    segment.cycle([{ ...stranger, informational: false, host: host(41) }]);
    segment.cycle([], gone);
    const worse = { ...stranger, host: host(41, { tags: ["crown-jewel"] }) };
    const [step] = segment.cycle([worse], { rules: { ...rules, criticality: { "crown-jewel": 40 } } }).steps;
    expect(step).toMatchObject({ transition: "escalated", notable: true });
  });

  it("is an alert when it was for information and shows more", () => {
    const segment = life();
    expect(segment.cycle([{ ...stranger, informational: true }]).steps[0]).toMatchObject({ notable: false });
    const [step] = segment.cycle([stranger]).steps;
    expect(step).toMatchObject({ transition: "escalated", notable: true });
    expect(step?.anomaly.score.value).toBeGreaterThanOrEqual(48);
  });

  it("is forgotten after a month", () => {
    const { steps } = visited([0, 31 * 24]);
    expect(steps.filter((s) => s.notable).map((s) => s.transition)).toEqual(["opened", "opened"]);
  });

  it("stays muted where a mute holds for it", () => {
    const mutes = [mute({ match: { kind: "host-appeared" }, until: START + 99 * HOUR })];
    const { steps } = visited([0, 20], { mutes });
    expect(steps.filter((s) => s.notable)).toEqual([]);
    expect(steps.filter((s) => s.transition === "updated").map((s) => s.anomaly.state)).toEqual(["muted"]);
  });

  it("is told again when the operator accepted it and it is a stranger once more", () => {
    const segment = life();
    segment.cycle([stranger]);
    const row = nonNull(segment.row(onlyId(segment.rows)));
    const accepted = acceptStep(row, { by: "jo", reason: "ours", at: START }).anomaly;
    segment.rows.set(accepted.id, accepted);
    expect(segment.cycle([stranger]).steps).toMatchObject([{ transition: "opened", notable: true }]);
  });
});

describe("superseding", () => {
  it("a third value closes the anomaly of the second in the same commit, and names it", () => {
    const segment = life();
    segment.cycle([change("version-changed", 41, ["9.6", "9.8"])]);
    const old = onlyId(segment.rows);
    const { steps } = segment.cycle([change("version-changed", 41, ["9.6", "9.9"])]);
    expect(steps.map((s) => s.transition).toSorted()).toEqual(["opened", "resolved"]);
    const opened = steps.find((s) => s.transition === "opened")?.anomaly;
    expect(opened?.supersedes).toEqual([old]);
    expect(segment.row(old)).toMatchObject({ state: "resolved", closed: { by: "tripline", reason: "superseded" } });
  });

  it("a declaration that arrives later gives the endpoint another kind", () => {
    const segment = life();
    segment.cycle([deviation()]);
    const old = onlyId(segment.rows);
    const found = deviation({
      kind: "undeclared-port",
      declared: declared({ verdict: "undeclared-open-port", severity: "high" }),
    });
    const { steps } = segment.cycle([found]);
    expect(steps.find((s) => s.transition === "opened")?.anomaly).toMatchObject({
      kind: "undeclared-port",
      supersedes: [old],
    });
  });

  it("a moved port replaces both halves of what was known before", () => {
    const segment = life();
    const missing = deviation({
      kind: "missing-endpoint",
      port: { transport: "tcp", number: 8080 },
      declared: declared(),
    });
    const stray = deviation({
      kind: "undeclared-port",
      port: { transport: "tcp", number: 8081 },
      declared: declared({ severity: "high" }),
    });
    segment.cycle([missing, stray]);
    const olds = [...segment.rows.keys()].toSorted();
    const moved = deviation({
      kind: "port-moved",
      port: { transport: "tcp", number: 8081 },
      subject: "tcp/8080",
      declared: declared(),
    });
    const { steps } = segment.cycle([moved, missing, stray]);
    expect(steps.map((s) => s.transition).toSorted()).toEqual(["opened", "resolved", "resolved"]);
    expect(steps.find((s) => s.transition === "opened")?.anomaly.supersedes).toEqual(olds);
  });

  it("happens from a degraded vantage too: a new value is seen, not missed", () => {
    const segment = life();
    segment.cycle([change("hostkey-changed", 41, ["a", "b"])]);
    expect(segment.cycle([change("hostkey-changed", 41, ["a", "c"])], { degraded: true }).steps).toHaveLength(2);
  });

  it("does not touch the same change on another host or another port", () => {
    const segment = life();
    segment.cycle([change("hostkey-changed", 41, ["a", "b"])]);
    expect(told(segment.cycle([change("hostkey-changed", 42, ["x", "y"])]))).toEqual(["opened hostkey-changed tcp/22"]);
    expect([...segment.rows.values()].map((a) => a.state)).toEqual(["open", "open"]);
  });
});

describe("one endpoint, one open anomaly", () => {
  it("the declaration gives the kind, the baseline its history and the confirmation", () => {
    const found = deviation({
      kind: "undeclared-port",
      confirmed: false,
      declared: declared({ severity: "high" }),
      history: { scans: 0, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
    });
    const { changed } = life().cycle([deviation(), found]);
    expect(changed).toMatchObject([{ kind: "undeclared-port", confirmed: true, history: { scans: 400 } }]);
    expect(changed[0]?.score.bits).toBeGreaterThan(0);
  });

  it("a new version and a new banner of the same port are one anomaly", () => {
    const version = change("version-changed", 41, ["9.6", "9.8"]);
    const banner = change("banner-changed", 41, ["SSH-2.0-9.6", "SSH-2.0-9.8"]);
    expect(told(life().cycle([banner, version]))).toEqual(["opened version-changed tcp/22"]);
  });

  it("another key beside a new version corroborates it", () => {
    const alone = life().cycle([change("service-changed", 41, ["ssh", "telnet"])]).changed[0]?.score.value ?? 0;
    const both = life().cycle([
      change("service-changed", 41, ["ssh", "telnet"]),
      change("hostkey-changed", 41, ["a", "b"]),
    ]).changed;
    expect(both).toHaveLength(1);
    expect(both[0]?.score.value).toBe(alone + 6);
    expect(both[0]?.reasons).toContain("corroborated");
  });
});

describe("muting", () => {
  it("from the start: the opening is told, but not notable", () => {
    const { steps, changed } = life({ mutes: [mute()] }).cycle([deviation()]);
    expect(steps).toMatchObject([{ transition: "opened", notable: false }]);
    expect(changed).toMatchObject([{ state: "muted", mute: { id: "m1", origin: "tripline.yaml:9" } }]);
    expect(changed[0]?.score.band).not.toBe("low");
  });

  it("later: one step, then silence even beyond the repeat interval", () => {
    const segment = life();
    segment.cycle([deviation()]);
    const long = mute({ until: START + 100 * HOUR });
    expect(told(segment.cycle([deviation()], { mutes: [long] }))).toEqual(["muted port-opened tcp/4444"]);
    expect(told(segment.cycle([deviation()], { mutes: [long], at: 30 }))).toEqual([]);
    expect(segment.row(onlyId(segment.rows))).toMatchObject({ state: "muted", count: 3 });
  });

  it("ends at its date: what is still there is raised again", () => {
    const segment = life({ mutes: [mute()] });
    segment.cycle([deviation()]);
    expect(told(segment.cycle([deviation()], { at: 9 }))).toEqual([]);
    const { steps } = segment.cycle([deviation()], { at: 10 });
    expect(steps.map((s) => [s.transition, s.notable, s.anomaly.episode])).toEqual([
      ["unmuted", false, 1],
      ["opened", true, 2],
    ]);
    expect(new Set(steps.map((s) => s.fingerprint)).size).toBe(2);
    expect(segment.row(onlyId(segment.rows))).toMatchObject({ state: "open", mute: null, episode: 2 });
  });

  it("does not raise what is gone by then", () => {
    const segment = life({ mutes: [mute()] });
    segment.cycle([deviation()]);
    expect(told(segment.cycle([], { at: 20, standing: () => "gone" }))).toEqual(["resolved port-opened tcp/4444"]);
  });
});

describe("what an operator does", () => {
  const act = { by: "m.analyst", reason: "change CHG-4711", at: START + HOUR };

  it("an accept closes it with name and reason; a declared kind stays accepted while it lasts", () => {
    const segment = life();
    const found = deviation({ kind: "undeclared-port", declared: declared({ severity: "high" }) });
    segment.cycle([found]);
    const id = onlyId(segment.rows);
    const step = acceptStep(nonNull(segment.row(id)), act);
    expect(step).toMatchObject({
      transition: "accepted",
      notable: false,
      at: act.at,
      reason: "m.analyst: change CHG-4711.",
    });
    expect(step.anomaly).toMatchObject({ state: "accepted", closed: { by: "m.analyst", reason: "accepted" } });
    segment.rows.set(id, step.anomaly);
    expect(told(segment.cycle([found]))).toEqual([]);
    expect(segment.row(id)).toMatchObject({ state: "accepted", count: 2 });
  });

  it("a change away from the accepted value and back is a new episode", () => {
    const segment = life();
    segment.cycle([deviation()]);
    const id = onlyId(segment.rows);
    segment.rows.set(id, acceptStep(nonNull(segment.row(id)), act).anomaly);
    expect(segment.cycle([deviation()]).changed).toMatchObject([{ id, state: "open", episode: 2 }]);
  });

  it("mute and unmute by hand are one step each, and unmuting raises nothing", () => {
    const segment = life();
    segment.cycle([deviation()]);
    const id = onlyId(segment.rows);
    const wish = mute({ match: { anomaly: id }, origin: "cli" });
    const muted = muteStep(nonNull(segment.row(id)), wish, act.at);
    expect(muted).toMatchObject({
      transition: "muted",
      notable: false,
      reason: "soc-duty: change CHG-4711, until 2026-11-20.",
    });
    segment.rows.set(id, muted.anomaly);
    expect(told(segment.cycle([deviation()], { mutes: [wish] }))).toEqual([]);
    const unmuted = unmuteStep(nonNull(segment.row(id)), act);
    expect(unmuted).toMatchObject({ transition: "unmuted", notable: false, anomaly: { state: "open", mute: null } });
    segment.rows.set(id, unmuted.anomaly);
    expect(told(segment.cycle([deviation()]))).toEqual([]);
  });
});
