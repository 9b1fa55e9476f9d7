import { describe, expect, it } from "vitest";
import { endpointOf, formerLooks, isFirstLook, type LookedAt } from "../../../src/declared/compare/first-look.ts";
import type { DriftFinding, EvaluatedState, FirstLook } from "../../../src/domain/declaration.ts";
import { declared, row, type Row, source } from "../support/declarations.ts";

const HERE = "10.0.0.5";
const HOST: LookedAt = { address: HERE, names: [], measured: true, covered: true, firstAsked: false };
const LOOK: FirstLook = { looks: 0, compared: [], unmeasured: [], missing: [], told: [] };

function finding(declaration: Row | null, more: Partial<DriftFinding> = {}): DriftFinding {
  return {
    kind: declaration === null ? "undeclared-open-port" : "service-mismatch",
    severity: "high",
    host: HERE,
    port: { transport: "tcp", number: 80 },
    intent: "must-open",
    confidence: "exact",
    declaration: declaration === null ? null : row(declaration),
    claims: [],
    declaredPort: null,
    observed: { state: "open", service: null, product: null },
    reason: "",
    absence: false,
    ...more,
  };
}

const A: Row = { host: HERE, file: "a.csv" };
const B: Row = { host: HERE, file: "b.csv" };
const evaluated = (rows: readonly Row[], firstLook?: Partial<FirstLook>): EvaluatedState => ({
  ...declared(rows),
  ...(firstLook === undefined ? {} : { firstLook: { ...LOOK, ...firstLook } }),
});
const open = (file: string) => source(file, { state: "unreadable" });

/** What is said of a finding on a host: part of the inventory, and counted in no summary yet. */
function said(before: EvaluatedState | null, found: DriftFinding, host: LookedAt = HOST): string {
  const former = formerLooks(before);
  const words = [former.isFirst(found, host) ? "inventory" : "news", former.isUntold(found, host) ? "untold" : "told"];
  return words.join(" ");
}

describe("whether a finding is part of the inventory or news", () => {
  it.each<[string, EvaluatedState | null, DriftFinding, string]>([
    ["nothing was ever declared", null, finding(A), "inventory untold"],
    ["the same source was compared with the host", evaluated([A]), finding(A), "news told"],
    ["another source was", evaluated([B]), finding(A), "inventory untold"],
    ["the source spoke of other hosts only", evaluated([{ ...A, host: "10.0.0.6" }]), finding(A), "inventory untold"],
    ["undeclared, and any source claimed the host", evaluated([B]), finding(null), "news told"],
    ["undeclared, and nobody claimed it", evaluated([]), finding(null), "inventory untold"],
    [
      "undeclared, and a source could not be read then",
      { ...evaluated([A]), sources: [source("a.csv"), open("b.csv")] },
      finding(null),
      "inventory untold",
    ],
    [
      "declared, and another source could not be read then",
      { ...evaluated([A]), sources: [source("a.csv"), open("b.csv")] },
      finding(A),
      "news told",
    ],
    [
      "the source was complete for its network",
      { declarations: [], sources: [source("a.csv", { completeFor: ["10.0.0.0/24"] })] },
      finding(null),
      "news told",
    ],
    [
      "it was not reached when it was evaluated",
      evaluated([A], { unmeasured: [{ file: "a.csv", hosts: [HERE] }] }),
      finding(A),
      "inventory untold",
    ],
    [
      "another host was not reached",
      evaluated([A], { unmeasured: [{ file: "a.csv", hosts: ["10.0.0.6"] }] }),
      finding(A),
      "news told",
    ],
    [
      "it was compared before the first look ended",
      evaluated([], { looks: 1, compared: [{ file: "a.csv", hosts: [HERE] }] }),
      finding(A),
      "news untold",
    ],
    [
      "undeclared, compared before the end, all sources read",
      evaluated([], { looks: 1, compared: [{ file: "a.csv", hosts: [HERE] }] }),
      finding(null),
      "news untold",
    ],
    [
      "undeclared, compared before a source that stays unreadable",
      {
        declarations: [],
        sources: [open("b.csv")],
        firstLook: { ...LOOK, compared: [{ file: "a.csv", hosts: [HERE] }] },
      },
      finding(null),
      "news told",
    ],
  ])("%s", (_, before, found, expected) => {
    expect(said(before, found)).toBe(expected);
  });

  it("a host that no scan asked before is looked at for the first time, whatever was compared", () => {
    expect(said(evaluated([A]), finding(A), { ...HOST, firstAsked: true })).toBe("inventory untold");
  });

  it("an endpoint that was missing at the first look stays inventory, that port on that host only", () => {
    const before = evaluated([A], { missing: [`${HERE} tcp/80`] });
    const missing = finding(A, { kind: "expected-endpoint-down", absence: true });
    expect(said(before, missing)).toBe("inventory told");
    expect(said(before, { ...missing, port: { transport: "udp", number: 80 } })).toBe("news told");
    expect(said(before, { ...missing, absence: false })).toBe("news told");
  });

  it("only what is missing is an endpoint", () => {
    const missing = finding(A, { absence: true });
    expect([missing, { ...missing, absence: false }, { ...missing, port: null }].map(endpointOf)).toEqual([
      `${HERE} tcp/80`,
      "",
      "",
    ]);
  });

  it("of a host that is not in this cycle nothing is the first look", () => {
    const former = formerLooks(null);
    expect(isFirstLook(finding(A), { hosts: new Map([[HERE, HOST]]), former })).toBe(true);
    expect(isFirstLook(finding(A), { hosts: new Map(), former })).toBe(false);
  });
});

describe("which sources were compared with a host", () => {
  it("those that were evaluated and those that were compared before the end, without what was not reached", () => {
    const firstLook = {
      compared: [
        { file: "c.csv", hosts: [HERE] },
        { file: "d.csv", hosts: ["10.0.0.6"] },
      ],
      unmeasured: [{ file: "b.csv", hosts: [HERE] }],
    };
    const former = formerLooks(evaluated([A, B], firstLook));
    expect([...former.compared(HOST)]).toEqual(["a.csv", "c.csv"]);
    expect([...former.compared({ ...HOST, firstAsked: true })]).toEqual(["c.csv"]);
  });
});
