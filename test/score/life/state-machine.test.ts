import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnomalyState, AnomalyStep, Mute, Standing, Transition } from "../../../src/domain/anomaly.ts";
import type { AnomalyKind } from "../../../src/domain/kinds/catalogue.ts";
import { acceptStep } from "../../../src/score/life/operator.ts";
import { bandOf, SCORE_PARTS } from "../../../src/domain/anomaly.ts";
import { declared, deviation, host, HOUR, life, mute, START } from "../build.ts";

/** What happens to one anomaly between two looks at it. */
const ACTIONS = [
  "seen",
  "seen while degraded",
  "gone",
  "gone while degraded",
  "unmeasured",
  "present",
  "mute",
  "unmute",
  "accept",
] as const;
type Action = (typeof ACTIONS)[number];

interface Model {
  readonly state: AnomalyState | null;
  readonly episode: number;
  readonly count: number;
  /** A mute that matches is in force. */
  readonly muted: boolean;
}

const FOREVER: Mute = mute({ until: START + 10_000 * HOUR });

/** The life cycle as the documentation tells it: what follows from one action, and the steps that are told. */
function after(model: Model, action: Action, kind: AnomalyKind): readonly [Model, readonly Transition[]] {
  const live = model.state === "open" || model.state === "muted";
  const peaceful = model.state === "accepted" && kind === "undeclared-port";
  switch (action) {
    case "mute":
    case "unmute":
      return [{ ...model, muted: action === "mute" }, []];
    case "accept":
      return live ? [{ ...model, state: "accepted" }, ["accepted"]] : [model, []];
    case "gone":
      return live ? [{ ...model, state: "resolved" }, ["resolved"]] : [model, []];
    case "present":
      return live ? [{ ...model, count: model.count + 1 }, []] : [model, []];
    case "gone while degraded":
    case "unmeasured":
      return [model, []];
    case "seen":
    case "seen while degraded":
      return peaceful ? [{ ...model, count: model.count + 1 }, []] : sighted(model, live);
  }
}

function sighted(model: Model, live: boolean): readonly [Model, readonly Transition[]] {
  const state = model.muted ? "muted" : "open";
  if (!live) return [{ ...model, state, episode: model.episode + 1, count: 1 }, ["opened"]];
  const next = { ...model, state, count: model.count + 1 } as const;
  if (model.state === state) return [next, []];
  return state === "muted" ? [next, ["muted"]] : [{ ...next, episode: model.episode + 1 }, ["unmuted", "opened"]];
}

const STANDING: Partial<Record<Action, Standing>> = { gone: "gone", "gone while degraded": "gone", present: "present" };

function play(actions: readonly Action[], kind: AnomalyKind) {
  const segment = life();
  const about = kind === "undeclared-port" ? { declared: declared() } : {};
  let mutes: readonly Mute[] = [];
  return actions.map((action, i): readonly AnomalyStep[] => {
    if (action === "mute") mutes = [{ ...FOREVER, match: { kind } }];
    if (action === "unmute") mutes = [];
    if (action === "mute" || action === "unmute") return [];
    const [row] = segment.rows.values();
    if (action === "accept") {
      if (row === undefined || (row.state !== "open" && row.state !== "muted")) return [];
      const step = acceptStep(row, { by: "duty", reason: "known", at: START + i * HOUR });
      segment.rows.set(row.id, step.anomaly);
      return [step];
    }
    const seen = action.startsWith("seen");
    const { steps } = segment.cycle(seen ? [deviation({ kind, ...about })] : [], {
      at: i,
      mutes,
      degraded: action.endsWith("degraded"),
      standing: () => STANDING[action] ?? "unmeasured",
    });
    return steps;
  });
}

function modelled(actions: readonly Action[], kind: AnomalyKind) {
  let model: Model = { state: null, episode: 0, count: 0, muted: false };
  return actions.map((action) => {
    const [next, told] = after(model, action, kind);
    model = next;
    return { model, told };
  });
}

const anyActions = fc.array(fc.constantFrom(...ACTIONS), { maxLength: 40 });
const anyKind = fc.constantFrom<AnomalyKind>("port-opened", "undeclared-port");

describe("the life of an anomaly", () => {
  it("follows its model, whatever happens in whatever order", () => {
    fc.assert(
      fc.property(anyActions, anyKind, (actions, kind) => {
        const steps = play(actions, kind);
        const expected = modelled(actions, kind);
        // What is told again because it lasts changes no state.
        const told = steps.map((all) => all.map((s) => s.transition).filter((t) => t !== "updated"));
        expect(told).toEqual(expected.map((e) => e.told));
        for (const [i, all] of steps.entries()) {
          const last = all.at(-1)?.anomaly;
          const { model } = expected[i] ?? {};
          if (last !== undefined) expect([last.state, last.episode]).toEqual([model?.state, model?.episode]);
        }
      }),
    );
  });

  it("counts every sighting of an episode once", () => {
    fc.assert(
      fc.property(anyActions, anyKind, (actions, kind) => {
        const expected = modelled(actions, kind);
        for (const [i, all] of play(actions, kind).entries()) {
          const last = all.at(-1)?.anomaly;
          if (last !== undefined) expect(last.count).toBe(expected[i]?.model.count);
        }
      }),
    );
  });

  it("has one id for its whole life, and no two steps share an identity", () => {
    fc.assert(
      fc.property(anyActions, anyKind, (actions, kind) => {
        const steps = play(actions, kind).flat();
        expect(new Set(steps.map((s) => s.anomaly.id)).size).toBeLessThanOrEqual(1);
        const identities = steps.map((s) => `${s.fingerprint} ${s.at}`);
        expect(new Set(identities).size).toBe(steps.length);
      }),
    );
  });

  it("alerts only when it opens or escalates and nobody muted it", () => {
    fc.assert(
      fc.property(anyActions, anyKind, (actions, kind) => {
        for (const { notable, transition, anomaly } of play(actions, kind).flat()) {
          expect(notable).toBe((transition === "opened" || transition === "escalated") && anomaly.state === "open");
        }
      }),
    );
  });

  it("every step carries a whole score, a sentence and a reason", () => {
    fc.assert(
      fc.property(anyActions, anyKind, (actions, kind) => {
        for (const { anomaly, reason } of play(actions, kind).flat()) {
          expect(anomaly.score.parts.map((p) => p.name)).toEqual(SCORE_PARTS);
          expect(anomaly.score.parts.reduce((sum, p) => sum + p.points, 0)).toBe(anomaly.score.value);
          expect(anomaly.score.band).toBe(bandOf(anomaly.score.value));
          expect([anomaly.message.endsWith("."), reason === ""]).toEqual([true, false]);
        }
      }),
    );
  });
});

describe("many anomalies at once", () => {
  const anySegment = fc.uniqueArray(
    fc.record({ on: fc.integer({ min: 41, max: 60 }), number: fc.constantFrom(22, 80, 443, 8080) }),
    { selector: (d) => `${d.on} ${d.number}`, maxLength: 10 },
  );
  const found = (all: readonly { readonly on: number; readonly number: number }[]) =>
    all.map(({ on, number }) =>
      deviation({ host: host(on), port: { transport: "tcp", number }, from: `${on}`, target: `${on}` }),
    );

  it("the same cycle in any order gives the same steps in the same order", () => {
    fc.assert(
      fc.property(anySegment, anySegment, (before, now) => {
        const [forth, back] = [life(), life()];
        forth.cycle(found(before));
        back.cycle(found(before.toReversed()));
        expect(back.cycle(found(now.toReversed()))).toEqual(forth.cycle(found(now)));
      }),
    );
  });

  it("every step is about a row that changed, and nobody who was seen is missing from what is open", () => {
    fc.assert(
      fc.property(anySegment, anySegment, (before, now) => {
        const segment = life();
        segment.cycle(found(before));
        const { steps, changed } = segment.cycle(found(now), { standing: () => "gone" });
        const ids = new Set(changed.map((a) => a.id));
        expect(steps.every((s) => ids.has(s.anomaly.id))).toBe(true);
        expect(changed.length).toBe(ids.size);
        const open = [...segment.rows.values()].filter((a) => a.state === "open");
        const addresses = now.map((d) => `10.20.30.${d.on}`);
        const alone = open.flatMap((a) => (a.group === null ? [a.host?.address] : []));
        // Who joined a rollout stays in it, although the member itself went back.
        const together = open.flatMap((a) => a.group?.members.map((m) => m.ip) ?? []);
        expect([...alone, ...together]).toEqual(expect.arrayContaining(addresses));
        expect(addresses).toEqual(expect.arrayContaining(alone));
      }),
    );
  });

  it("an empty cycle whose standing is unknown changes nothing", () => {
    fc.assert(
      fc.property(anySegment, (before) => {
        const segment = life();
        segment.cycle(found(before));
        expect(segment.cycle([])).toEqual({ steps: [], members: [], changed: [], learning: [] });
      }),
    );
  });
});
