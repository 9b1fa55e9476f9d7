import { stringify } from "yaml";
import { parentOf, TACTICS, type TacticId, TECHNIQUES } from "../../src/domain/attack.ts";
import type { Alternative, Condition, Scalar, Test } from "./condition.ts";
import { techniqueUrl } from "./pages.ts";
import type { Rule } from "./rule.ts";

/** Of the first version of the pack: Sigma wants a date, and a generated file must not change by itself. */
const DATE = "2026-11-28";

/** A rule as Sigma 2.1; null where Sigma cannot say it: the absence of an event. */
export function sigmaRule(rule: Rule): string | null {
  if (rule.type === "silence") return null;
  if (rule.type === "aggregate") return documents(aggregateParts(rule));
  const detection = { ...head(rule), ...logsource(rule), detection: detectionOf(rule.condition), ...tail(rule) };
  if (rule.type === "match") return documents([detection]);
  const name = `${nameOf(rule.slug)}_events`;
  const { by, distinct, at_least: gte, within } = rule.threshold;
  const correlation = { type: "value_count", rules: [name], "group-by": [by], timespan: within };
  const counted = { correlation: { ...correlation, condition: { gte, field: distinct } } };
  return documents([baseRule(rule, name, rule), { ...head(rule), ...counted, ...tail(rule) }]);
}

type Yaml = Readonly<Record<string, unknown>>;

function documents(all: readonly Yaml[]): string {
  const options = { indent: 4, lineWidth: 0, aliasDuplicateObjects: false };
  return all.map((one) => stringify(one, options)).join("---\n");
}

function head({ title, id, about, slug, techniques }: Rule): Yaml {
  return {
    title: titleCase(title),
    id,
    status: "experimental",
    description: `${about} It suggests and does not prove.`,
    ...(techniques.length === 0 ? {} : { references: techniques.map(techniqueUrl) }),
    author: "Tripline",
    date: DATE,
    ...(techniques.length === 0 ? {} : { tags: tagsOf({ techniques }) }),
    name: nameOf(slug),
  };
}

function tail({ runbook, severity }: Rule): Yaml {
  return { falsepositives: runbook.false_positives, level: severity };
}

function logsource({ families }: Pick<Rule, "families">): Yaml {
  const [service] = families;
  return { logsource: families.length === 1 ? { product: "tripline", service } : { product: "tripline" } };
}

/** What a correlation counts: no alert by itself. */
function baseRule(rule: Rule, name: string, { condition, n = 1 }: { condition: Condition; n?: number }): Yaml {
  return {
    title: `${titleCase(rule.title)}, Part ${n}`,
    id: partId(rule.id, n),
    status: "experimental",
    description: `What the correlation ${titleCase(rule.title)} counts. It is no alert by itself.`,
    author: "Tripline",
    date: DATE,
    name,
    ...logsource(rule),
    detection: detectionOf(condition),
    level: "informational",
  };
}

/** Two kinds of change of one host: every pair of groups is a correlation, because one of them is enough. */
function aggregateParts(rule: Extract<Rule, { readonly type: "aggregate" }>): readonly Yaml[] {
  const groups = Object.entries(rule.aggregate.groups);
  const parts = groups.map(([group, actions], i) => {
    const only = { field: "event.action", is: { oneOf: actions } };
    const condition = { base: rule.condition.base, any: [{ all: [only], none: [] }] };
    return baseRule(rule, `${nameOf(rule.slug)}_${group}`, { condition, n: i + 1 });
  });
  const names = groups.map(([group]) => `${nameOf(rule.slug)}_${group}`);
  const pairs = names.flatMap((one, i) => names.slice(i + 1).map((other) => [one, other]));
  const correlations = pairs.map((rules, i) => {
    const correlation = { type: "temporal", rules, "group-by": [rule.aggregate.by], timespan: rule.aggregate.within };
    const { title, name, ...rest } = head(rule);
    const id = i === 0 ? rule.id : partId(rule.id, names.length + i);
    return {
      title: `${String(title)}, Pair ${i + 1}`,
      name: `${String(name)}_pair_${i + 1}`,
      ...rest,
      id,
      correlation,
      ...tail(rule),
    };
  });
  return [...parts, ...correlations];
}

/** A rule of several documents has several ids, made from its own. */
function partId(id: string, n: number): string {
  return id.slice(0, -2) + ((Number.parseInt(id.slice(-2), 16) + n) % 256).toString(16).padStart(2, "0");
}

function detectionOf({ base, any }: Condition): Yaml {
  const [only] = any;
  if (any.length === 1 && only !== undefined) {
    const filters = filtersOf(only, "filter");
    const names = Object.keys(filters).map((name) => ` and not ${name}`);
    return { selection: selectionOf([...base, ...only.all]), ...filters, condition: `selection${names.join("")}` };
  }
  const parts = any.map((one, i) => {
    const name = `selection_${i + 1}`;
    const filters = filtersOf(one, `filter_${i + 1}`);
    const text = [name, ...Object.keys(filters).map((filter) => `not ${filter}`)].join(" and ");
    return { text: `(${text})`, maps: { [name]: selectionOf(one.all), ...filters } };
  });
  const condition = `selection and (${parts.map(({ text }) => text).join(" or ")})`;
  return Object.assign({ selection: selectionOf(base) }, ...parts.map(({ maps }) => maps), { condition });
}

/** One map for each: in Sigma the fields of a map must hold together. */
function filtersOf({ none }: Alternative, name: string): Yaml {
  return Object.fromEntries(
    none.map((test, i) => [none.length === 1 ? name : `${name}_${"abc"[i] ?? i}`, selectionOf([test])]),
  );
}

function selectionOf(tests: readonly Test[]): Yaml {
  return Object.fromEntries(
    tests.map(({ field, is }): [string, number | Scalar | readonly Scalar[]] => {
      if ("atLeast" in is) return [`${field}|gte`, is.atLeast];
      return [field, is.oneOf.length === 1 ? (is.oneOf[0] ?? "") : is.oneOf];
    }),
  );
}

function tagsOf({ techniques }: Pick<Rule, "techniques">): readonly string[] {
  const tactics: readonly TacticId[] = [...new Set(techniques.flatMap((id) => TECHNIQUES[id].tactics))].toSorted();
  const names = tactics.map((id) => TACTICS[id].toLowerCase().replaceAll(" ", "-"));
  const all = techniques.filter((id) => parentOf(id) === null || techniques.includes(id));
  return [...names, ...all.map((id) => id.toLowerCase())].map((name) => `attack.${name}`);
}

function nameOf(slug: string): string {
  return `tripline_${slug.replaceAll("-", "_")}`;
}

const SMALL = new Set(["a", "an", "and", "in", "of", "on", "or", "its", "to", "but", "not"]);

function titleCase(title: string): string {
  return title
    .split(" ")
    .map((word, i) => (i > 0 && SMALL.has(word) ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(" ");
}
