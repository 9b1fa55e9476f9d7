import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnomalyKind } from "../../../src/domain/kinds/catalogue.ts";
import { corroboration } from "../../../src/score/weigh/corroborate.ts";
import { scoreDeviation } from "../../../src/score/weigh/score.ts";
import { change, declared, deviation, host, pointsOf, rules, scoreInput } from "../build.ts";

type Other = AnomalyKind | { readonly kind: AnomalyKind; readonly on: number };

interface Case {
  readonly name: string;
  readonly asked: AnomalyKind;
  readonly beside: readonly Other[];
  readonly counts: number;
}

const CASES: readonly Case[] = [
  { name: "alone it corroborates nothing", asked: "port-opened", beside: [], counts: 0 },
  {
    name: "a new version and a new banner are one piece of news",
    asked: "version-changed",
    beside: ["banner-changed"],
    counts: 0,
  },
  { name: "a new port and another host key are two", asked: "port-opened", beside: ["hostkey-changed"], counts: 1 },
  {
    name: "two other families count twice",
    asked: "port-opened",
    beside: ["hostkey-changed", "version-changed"],
    counts: 2,
  },
  {
    name: "two changes of one other family count once",
    asked: "port-opened",
    beside: ["hostkey-changed", "mac-changed"],
    counts: 1,
  },
  {
    name: "another operating system is a family of its own",
    asked: "port-opened",
    beside: ["os-shifted", "version-changed"],
    counts: 2,
  },
  {
    name: "a kind without a family corroborates nothing",
    asked: "port-opened",
    beside: ["host-appeared", "name-changed"],
    counts: 0,
  },
  {
    name: "a kind without a family is corroborated by every family",
    asked: "host-appeared",
    beside: ["port-opened", "os-shifted"],
    counts: 2,
  },
  {
    name: "what happens on another host says nothing",
    asked: "port-opened",
    beside: [{ kind: "hostkey-changed", on: 42 }],
    counts: 0,
  },
];

const any = () => true;

describe("how many independent other changes a host shows", () => {
  it.each(CASES)("$name", ({ asked, beside, counts }) => {
    const own = deviation({ kind: asked });
    const others = beside.map((one) =>
      typeof one === "string" ? deviation({ kind: one }) : deviation({ kind: one.kind, host: host(one.on) }),
    );
    expect(corroboration([own, ...others], any)(own)).toBe(counts);
    expect(corroboration([...others, own].toReversed(), any)(own)).toBe(counts);
  });

  it("what is for information corroborates nothing", () => {
    const own = deviation();
    const informed = deviation({ kind: "hostkey-changed", informational: true });
    expect(corroboration([own, informed], any)(own)).toBe(0);
  });

  it("a change that was not among them is corroborated by all of them", () => {
    expect(corroboration([deviation()], any)(deviation({ kind: "hostkey-changed" }))).toBe(1);
  });

  it("what could not be an alert by itself corroborates nothing", () => {
    const own = deviation();
    const others = [deviation({ kind: "hostkey-changed" }), deviation({ kind: "os-shifted" })];
    expect(corroboration([own, ...others], ({ kind }) => kind !== "os-shifted")(own)).toBe(1);
  });

  it("a change without a host corroborates nothing and is not corroborated", () => {
    const bare = deviation({ host: null });
    const count = corroboration([bare, deviation({ kind: "hostkey-changed" })], any);
    expect([count(bare), count(deviation({ kind: "os-shifted", host: host(41) }))]).toEqual([0, 1]);
  });
});

describe("the parts of a score never turn round", () => {
  const kinds = fc.constantFrom<AnomalyKind>(
    "port-opened",
    "port-closed",
    "hostkey-changed",
    "version-changed",
    "undeclared-port",
  );
  const anyDeviation = fc
    .record({
      kind: kinds,
      number: fc.constantFrom(22, 80, 3306, 4444, 31_000, 50_123),
      scans: fc.nat(500),
      service: fc.constantFrom("ssh", "http", "mysql", "socks5", "cbt"),
    })
    .map(({ kind, number, scans, service }) =>
      deviation({
        kind,
        port: { transport: "tcp", number },
        after: { state: "open", service, confidence: 10 },
        history: { scans, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
      }),
    );

  it("one more independent change is never worth less, and has an end", () => {
    fc.assert(
      fc.property(anyDeviation, fc.nat(8), (d, corroborating) => {
        const [few, more] = [corroborating, corroborating + 1].map((n) =>
          scoreDeviation(d, scoreInput({ corroborating: n })),
        );
        expect(more?.value).toBeGreaterThanOrEqual(few?.value ?? 100);
        expect(pointsOf(more ?? scoreDeviation(d, scoreInput()))["corroboration"]).toBeLessThanOrEqual(
          rules.corroboration.most,
        );
      }),
    );
  });

  it("one more tag is never worth less, in whatever order tags are written", () => {
    const tags = fc.subarray([...Object.keys(rules.criticality), "toString", "lab"]);
    fc.assert(
      fc.property(anyDeviation, tags, fc.constantFrom(...Object.keys(rules.criticality)), (d, some, one) => {
        const before = scoreDeviation(d, scoreInput({ tags: some }));
        const after = scoreDeviation(d, scoreInput({ tags: [...some, one] }));
        expect(after.value).toBeGreaterThanOrEqual(before.value);
        expect(scoreDeviation(d, scoreInput({ tags: [one, ...some.toReversed()] })).value).toBe(after.value);
      }),
    );
  });

  it("a more severe finding is never worth less", () => {
    fc.assert(
      fc.property(anyDeviation, (d) => {
        const scores = (["low", "medium", "high", "critical"] as const).map(
          (severity) => scoreDeviation({ ...d, declared: declared({ severity }) }, scoreInput()).value,
        );
        expect(scores).toEqual(scores.toSorted((a, b) => a - b));
      }),
    );
  });

  it("an unauthenticated service is never worth less than the same with authentication", () => {
    fc.assert(
      fc.property(anyDeviation, (d) => {
        const open = scoreDeviation({ ...d, reasons: ["unauthenticated"] }, scoreInput());
        expect(open.value).toBeGreaterThanOrEqual(scoreDeviation(d, scoreInput()).value);
      }),
    );
  });

  it("what is for information never leaves the low band", () => {
    fc.assert(
      fc.property(anyDeviation, fc.nat(5), (d, corroborating) => {
        const score = scoreDeviation(
          { ...d, informational: true },
          scoreInput({ corroborating, tags: Object.keys(rules.criticality) }),
        );
        expect(score.band).toBe("low");
      }),
    );
  });

  it("the rarity of an open anomaly is the one it opened with, whatever was recounted since", () => {
    fc.assert(
      fc.property(anyDeviation, anyDeviation, (first, later) => {
        const former = scoreDeviation(first, scoreInput());
        const now = scoreDeviation(later, scoreInput({ former }));
        expect([now.bits, now.parts[0]?.why]).toEqual([former.bits, former.parts[0]?.why]);
      }),
    );
  });
});

describe("what stands for many ports", () => {
  const opened = (number: number, service: string) =>
    deviation({ port: { transport: "tcp", number }, after: { state: "open", service, confidence: 10 } });
  const many = (...members: readonly ReturnType<typeof opened>[]) =>
    deviation({ kind: "ports-opened", port: null, subject: "ports", members });

  it("counts as the highest of them, in whatever order they are listed", () => {
    const members = [opened(8080, "http"), opened(3306, "mysql"), opened(50_123, "cbt")];
    const highest = Math.max(...members.map((m) => scoreDeviation(m, scoreInput()).value));
    expect(scoreDeviation(many(...members), scoreInput()).value).toBe(highest);
    expect(scoreDeviation(many(...members.toReversed()), scoreInput())).toEqual(
      scoreDeviation(many(...members), scoreInput()),
    );
    expect(scoreDeviation(many(...members), scoreInput()).exposure).toBe("data-store");
  });

  it("one more port never lowers it", () => {
    const [http, db] = [opened(8080, "http"), opened(3306, "mysql")];
    expect(scoreDeviation(many(http, db), scoreInput()).value).toBeGreaterThanOrEqual(
      scoreDeviation(many(db), scoreInput()).value,
    );
    expect(scoreDeviation(many(db, http), scoreInput()).value).toBeGreaterThanOrEqual(
      scoreDeviation(many(http), scoreInput()).value,
    );
  });
});

describe("what each part says of itself", () => {
  const why = (name: string, score: ReturnType<typeof scoreDeviation>) =>
    score.parts.find((p) => p.name === name)?.why ?? "";

  it.each([
    {
      of: "exposure",
      tells: "the class and the service",
      text: why("exposure", scoreDeviation(change("hostkey-changed", 41, ["a", "b"]), scoreInput())),
      has: "(ssh)",
    },
    {
      of: "declaration",
      tells: "verdict, severity, file and line",
      text: why("declaration", scoreDeviation(deviation({ declared: declared() }), scoreInput())),
      has: "deploy/compose.yaml:14",
    },
    {
      of: "declaration",
      tells: "its verdict without a severity",
      text: why(
        "declaration",
        scoreDeviation(deviation({ declared: declared({ severity: null, verdict: "as-declared" }) }), scoreInput()),
      ),
      has: "as-declared",
    },
    {
      of: "corroboration",
      tells: "how many",
      text: why("corroboration", scoreDeviation(deviation(), scoreInput({ corroborating: 2 }))),
      has: "2 independent other changes",
    },
    {
      of: "corroboration",
      tells: "one in the singular",
      text: why("corroboration", scoreDeviation(deviation(), scoreInput({ corroborating: 1 }))),
      has: "1 independent other change on",
    },
    {
      of: "criticality",
      tells: "the tag",
      text: why("criticality", scoreDeviation(deviation(), scoreInput({ tags: ["lab", "crown-jewel"] }))),
      has: "crown-jewel",
    },
  ])("$of names $tells", ({ text, has }) => {
    expect(text).toContain(has);
  });
});
