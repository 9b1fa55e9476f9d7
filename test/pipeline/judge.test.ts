import { describe, expect, it, test } from "vitest";
import type { Anomaly } from "../../src/domain/anomaly.ts";
import { emptyBaseline } from "../../src/domain/baseline.ts";
import type { Deviation } from "../../src/domain/deviation.ts";
import type { EvaluationCause } from "../../src/domain/evaluation.ts";
import { judge } from "../../src/pipeline/judge.ts";
import { context, declared, deviation, host, rules, told } from "../score/build.ts";

const FOUND = deviation();
const UNDECLARED = deviation({
  kind: "undeclared-port",
  host: host(42),
  declared: declared({ verdict: "undeclared-open-port" }),
});

function judged(
  cause: EvaluationCause,
  open: readonly Anomaly[],
  more: { readonly deviations?: readonly Deviation[]; readonly standing?: "present" | "gone" } = {},
) {
  return judge({
    cause,
    context: context(),
    deviations: more.deviations ?? [],
    standing: () => more.standing ?? "gone",
    degraded: false,
    doubtful: false,
    memory: {
      baseline: emptyBaseline("dmz-west"),
      anomalies: open,
      past: { find: () => null, onPort: () => [] },
      mutes: [],
    },
    rules,
  });
}

const opened = judged("cycle", [], { deviations: [FOUND, UNDECLARED] });

describe("an evaluation", () => {
  test.each<[EvaluationCause, readonly string[]]>([
    ["cycle", ["port-opened", "undeclared-port"]],
    ["declarations-changed", ["undeclared-port"]],
    ["operator", ["undeclared-port"]],
    ["gateway-probe", []],
    ["listener-touched", []],
  ])("of cause %s opens, counts and ends only what it can see", (cause, kinds) => {
    const others = { deviations: [FOUND, UNDECLARED] };
    expect(judged(cause, [], others).steps.map(({ anomaly }) => anomaly.kind)).toEqual(kinds);
    expect(judged(cause, opened.changed, others).changed.map(({ kind }) => kind)).toEqual(kinds);
    expect(judged(cause, opened.changed).steps.map(({ anomaly }) => anomaly.kind)).toEqual(kinds);
  });

  it("says nothing of members whose group it may not judge", () => {
    const group = [41, 42, 43].map((n) => deviation({ host: host(n) }));
    const of = (cause: EvaluationCause) => judged(cause, [], { deviations: group });
    expect(of("cycle").members).toHaveLength(3);
    expect(of("declarations-changed")).toMatchObject({ steps: [], members: [] });
  });

  it("lets what it opens take the place of what another found on the same endpoint", () => {
    const [port] = opened.changed;
    const same = { ...UNDECLARED, host: FOUND.host };
    const result = judged("declarations-changed", port === undefined ? [] : [port], { deviations: [same] });
    expect(told(result).toSorted()).toEqual(["opened undeclared-port tcp/4444", "resolved port-opened tcp/4444"]);
    expect(result.changed.find(({ kind }) => kind === "port-opened")?.closed?.reason).toBe("superseded");
  });

  it("lets nothing give way to what it may not open itself", () => {
    const undeclared = opened.changed.filter(({ kind }) => kind === "undeclared-port");
    const same = { ...FOUND, host: UNDECLARED.host };
    expect(judged("declarations-changed", undeclared, { deviations: [same] })).toMatchObject({
      steps: [],
      changed: [],
    });
  });
});
