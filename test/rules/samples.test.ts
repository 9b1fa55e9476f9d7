import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../bench/digest/canonical.ts";
import { eventsOf, SUBJECTS } from "../../bench/digest/digest.ts";
import { matches } from "../../scripts/rules/condition.ts";
import { loadRules } from "../../scripts/rules/load.ts";
import type { Rule } from "../../scripts/rules/rule.ts";
import { SAMPLES } from "../../scripts/rules/samples/catalogue.ts";
import { playStories, sampleFile, sampleFiles } from "../../scripts/rules/samples/make.ts";
import type { Loose } from "../events/loose.ts";
import { ecsEventProblems } from "../support/ecs-check.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const RULES = loadRules();
const SINGLE = RULES.filter(({ type }) => type === "match");
const NAMES = [...SAMPLES.keys()];

function sample(name: string): Loose {
  const file = path.join(ROOT, sampleFile(name));
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}

function firing(event: unknown): readonly string[] {
  return SINGLE.filter(({ condition }) => matches(event, condition)).map(({ slug }) => slug);
}

let played: ReadonlyMap<string, readonly Json[]> = new Map();

beforeAll(async () => {
  played = await playStories();
});

describe("the samples of the rules", () => {
  it("are what the program says today", () => {
    const stale = [...sampleFiles(played)].filter(([file, text]) => {
      const there = path.join(ROOT, file);
      return !existsSync(there) || readFileSync(there, "utf8") !== text;
    });
    expect(stale.map(([file]) => `${file} is stale: npm run assets`)).toEqual([]);
  });

  it.each(RULES.map((rule) => [rule.slug, rule] as const))("%s takes its own and leaves the others", (_, rule) => {
    const { match, no_match: others } = rule.samples;
    const takes = (name: string) => sample(name) !== null && matches(sample(name), rule.condition);
    expect(match.filter((name) => !takes(name))).toEqual([]);
    expect(others.filter((name) => sample(name) === null || takes(name))).toEqual([]);
  });

  it.each(NAMES)("%s is an event as the contract has it", (name) => {
    expect(ecsEventProblems(JSON.stringify(sample(name)))).toEqual([]);
  });

  it("are all used", () => {
    const used = new Set(RULES.flatMap(({ samples: { match, no_match: others } }) => [...match, ...others]));
    expect(NAMES.filter((name) => !used.has(name))).toEqual([]);
  });
});

/** What is wrong with how the rules divide the events. */
function problems(events: readonly Json[]): readonly string[] {
  return events.flatMap((event) => {
    const slugs = firing(event);
    const { message, event: about } = event as Loose;
    if (slugs.length > 2) return [`${slugs.length} rules (${slugs.join(", ")}): ${message}`];
    return about.kind === "alert" && slugs.length === 0 ? [`no rule for the alert ${about.action}: ${message}`] : [];
  });
}

describe("of everything that happens", () => {
  it("an event fires at most two rules, and every alert at least one, in the stories of the samples", () => {
    const events = [...played.values()].flat();
    expect(events.length).toBeGreaterThan(1000);
    expect(problems(events)).toEqual([]);
  });

  it("every rule about single events fires, and none of them on an ordinary scan", () => {
    const events = [...played.values()].flat();
    const seen = new Set(events.flatMap((event) => firing(event)));
    expect(SINGLE.map(({ slug }) => slug).filter((slug) => !seen.has(slug))).toEqual([]);
    const quiet = ["scan-completed", "host-observed", "service-observed"];
    const ordinary = events.filter((event) => quiet.includes((event as Loose).event.action));
    expect(ordinary.flatMap((event) => firing(event))).toEqual([]);
  });

  it.each(Object.entries(SUBJECTS).filter(([name]) => name !== "noise"))(
    "the same holds for the recorded series of the subject %s",
    async (_, all) => {
      const found = [];
      for (const series of all) found.push(...problems((await eventsOf(series)).map((text) => JSON.parse(text))));
      expect(found).toEqual([]);
    },
  );
});

describe("host-takeover", () => {
  const rule = RULES.find(({ type }) => type === "aggregate") as Extract<Rule, { type: "aggregate" }>;

  /** What the ES|QL text asks: hosts with changes of two groups. */
  function taken(events: readonly Json[]): readonly string[] {
    const groupOf = (action: string) =>
      Object.entries(rule.aggregate.groups).find(([, actions]) => actions.includes(action))?.[0];
    const mine = events.filter((event) => matches(event, rule.condition)) as readonly Loose[];
    const hosts = Map.groupBy(mine, (event) => String(event.host?.name));
    const groups = (of: readonly Loose[]) => new Set(of.map((event) => groupOf(event.event.action)));
    return [...hosts].filter(([, of]) => groups(of).size >= rule.aggregate.at_least).map(([host]) => host);
  }

  it("names the host with a new port and another key, and none of those with one change", () => {
    expect(taken(played.get("other software and other machines, and back") ?? [])).toEqual(["app9.corp.example"]);
    expect(taken(played.get("new ports that close again") ?? [])).toEqual([]);
  });
});
