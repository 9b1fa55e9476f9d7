import { existsSync, globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DETECTORS } from "../../../src/detect/registry.ts";
import { ANOMALY_KINDS, type AnomalyKind, CATALOGUE } from "../../../src/domain/kinds/catalogue.ts";
import type { KindRow, ScoreCells } from "../../../src/domain/kinds/row.ts";
import type { Told } from "../../../src/domain/kinds/told.ts";
import { pageOf } from "../../../src/events/pages.ts";
import { rules } from "../../score/build.ts";

const TOLD: Told = {
  kind: "rollout",
  segment: "office",
  subject: "tcp/4444",
  host: { address: "10.20.30.41", name: "app07.corp.example" },
  port: { transport: "tcp", number: 4444 },
  from: "closed",
  to: "open",
  before: { state: "closed" },
  after: { state: "open" },
  declared: null,
  group: null,
};

/** A row is written in a family file; these are all of them. */
async function families(): Promise<readonly (readonly [file: string, kinds: readonly string[]])[]> {
  const files = globSync("src/domain/kinds/*.ts");
  const modules = await Promise.all(files.map(async (file) => [file, await import(`../../../${file}`)] as const));
  return modules.flatMap(([file, module]) =>
    Object.entries<object>(module).flatMap(([name, rows]) =>
      name.endsWith("_KINDS") && !Array.isArray(rows) ? [[file, Object.keys(rows)] as const] : [],
    ),
  );
}

/** Every kind that says more about the same subject, directly or through another one. */
function above(kind: AnomalyKind, seen: ReadonlySet<AnomalyKind> = new Set()): ReadonlySet<AnomalyKind> {
  return CATALOGUE[kind].coveredBy.reduce(
    (all, one) => (all.has(one) ? all : above(one, new Set([...all, one]))),
    seen,
  );
}

describe("the catalogue of kinds", () => {
  it("has every row of every family, and no kind in two of them", async () => {
    const written = (await families()).flatMap(([, kinds]) => kinds);
    expect(written.toSorted()).toEqual([...ANOMALY_KINDS].toSorted());
  });

  it("does not compile without a row's cell, or with a cell that names no kind", () => {
    const { rank: _left, ...rest } = CATALOGUE["port-opened"];
    // @ts-expect-error a cell is missing
    const incomplete: KindRow<AnomalyKind> = rest;
    // @ts-expect-error there is no such kind
    const mistyped: KindRow<AnomalyKind> = { ...CATALOGUE["port-opened"], coveredBy: ["port-teleported"] };
    // @ts-expect-error a kind without a row is none
    const unknown: AnomalyKind = "port-teleported";
    expect([incomplete, mistyped, unknown]).toHaveLength(3);
  });

  it("gives no rank twice", () => {
    const ranks = ANOMALY_KINDS.flatMap((kind) => CATALOGUE[kind].rank ?? []);
    expect(new Set(ranks).size).toBe(ranks.length);
  });
});

describe.each(ANOMALY_KINDS)("%s", (kind) => {
  const row = CATALOGUE[kind];

  it("is never left out beside itself, directly or through others", () => {
    expect(above(kind)).not.toContain(kind);
  });

  it("has a rank where it can meet another kind on one endpoint", () => {
    const meets = row.subject === "port" || row.appears === "host";
    expect(row.rank !== null).toBe(meets);
  });

  it("is made where its row says", () => {
    const detected = DETECTORS.some(({ id }) => id === kind);
    expect(detected).toBe(row.madeBy === "detector");
    const folder = { detector: "src/detect/detectors", join: "src/detect/join", group: "src/score/life" };
    const makers = row.madeBy === "declarations" ? "src/declared" : folder[row.madeBy];
    const sources = globSync(`${makers}/**/*.ts`).map((file) => readFileSync(file, "utf8"));
    expect(sources.some((text) => text.includes(`"${kind}"`))).toBe(true);
  });

  it("is over and accepted by rules that fit who makes it", () => {
    expect(row.gone.when === "members-gone").toBe(row.madeBy === "group");
    expect(row.accept.makes === "members").toBe(row.madeBy === "group");
    expect(row.declaration === "source").toBe(row.madeBy === "declarations");
    // A finding keeps its own file and line, and a group of groups is none.
    expect(row.rollout === null).toBe(row.madeBy === "declarations" || row.madeBy === "group");
  });

  it("accepts at least the fields by which it is found over", () => {
    const { gone, accept } = row;
    if (gone.when === "port-fields-normal") expect(accept).toMatchObject({ makes: "port-fields" });
    if (gone.when === "port-fields-normal" && accept.makes === "port-fields")
      expect(accept.fields).toEqual(expect.arrayContaining([...gone.fields]));
    if (gone.when === "host-field-normal") expect(accept).toMatchObject({ makes: "host-fields" });
    if (gone.when === "host-field-normal" && accept.makes === "host-fields")
      expect(accept.fields).toContain(gone.field);
  });

  it("has its weights in the scoring file as in its row", () => {
    expect(rules.kinds[kind]).toEqual(yamlWords(row.score));
  });

  it("has three sentences, a runbook and a page", () => {
    for (const phrase of Object.values(row.message)) {
      const text = phrase(TOLD);
      expect(text.length).toBeGreaterThan(10);
      expect(text).not.toMatch(/\.$|undefined|\[object/);
    }
    expect(row.runbook.mayBe.length).toBeGreaterThan(0);
    expect(row.runbook.check.length).toBeGreaterThan(0);
    for (const [part, lines] of Object.entries(row.page)) expect(lines.join(" ").length, part).toBeGreaterThan(20);
    expect(existsSync(pageOf(kind))).toBe(true);
  });
});

/** The cells of a row in the words of `rules/scoring/default.yaml`. */
function yamlWords({ rarity, exposure, atMost, byRole }: ScoreCells): Record<string, unknown> {
  const rate = rarity !== null && "perDay" in rarity ? rarity : null;
  const words = {
    per_day: rate?.perDay,
    bits: rarity !== null && "bits" in rarity ? rarity.bits : undefined,
    max_bits: rate?.maxBits,
    rarity_share: rate?.share,
    exposure: exposure !== null && "points" in exposure ? exposure.points : exposure?.of,
    exposure_closed: exposure !== null && "points" in exposure ? exposure.closed : undefined,
    exposure_share: exposure !== null && "of" in exposure ? exposure.share : undefined,
    at_most: atMost,
    by_role:
      byRole === undefined
        ? undefined
        : Object.fromEntries(
            Object.entries(byRole).map(([role, cells]) => [role, { points: cells.points, at_most: cells.atMost }]),
          ),
  };
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== null && value !== undefined));
}

/** Who makes a kind names it; so do the scenes of the demo. */
const MAY_NAME_KINDS: readonly RegExp[] = [
  /^src\/domain\/kinds\//,
  /^src\/detect\/detectors\//,
  /^src\/detect\/join\/ports-opened\.ts$/,
  /^src\/score\/life\/(?:exchange|group|rollout|spread|host-burst|flood)\.ts$/,
  /^src\/app\/demo\//,
  /^src\/declared\//,
];

/** Words that are a kind and something else, in a file that lists the others of their sort: findings, reason codes. */
const OTHER_WORDS: readonly { readonly kinds: readonly AnomalyKind[]; readonly beside: string }[] = [
  { kinds: ["undeclared-host", "port-moved", "service-mismatch"], beside: '"expected-endpoint-down"' },
  { kinds: ["rollout"], beside: '"high-criticality"' },
];

describe("nothing else in the program", () => {
  it("asks which kind an anomaly is: that is a cell of its row", () => {
    const files = globSync("src/**/*.ts").filter((file) => !MAY_NAME_KINDS.some((place) => place.test(file)));
    const found = files.flatMap((file) => {
      const text = readFileSync(file, "utf8");
      const others = OTHER_WORDS.flatMap(({ kinds, beside }) => (text.includes(beside) ? kinds : []));
      const named = ANOMALY_KINDS.filter((kind) => text.includes(`"${kind}"`) && !others.includes(kind));
      return named.map((kind) => `${file}: ${kind}`);
    });
    expect(files.length).toBeGreaterThan(200);
    expect(found).toEqual([]);
  });
});
