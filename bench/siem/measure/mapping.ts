import { z } from "zod";
import type { Search } from "../servers/search.ts";
import { equal, type Line } from "./lines.ts";

const mappingShape = z.record(z.string(), z.looseObject({ mappings: z.looseObject({}) }));
const capsShape = z.looseObject({ fields: z.record(z.string(), z.record(z.string(), z.looseObject({}))) });

/** Types of the fields in every backing index, against the mapping that set-up installs. */
export async function mappingLines(
  search: Search,
  index: string,
  designed: Readonly<Record<string, unknown>>,
): Promise<readonly Line[]> {
  const wanted = leavesOf(designed);
  const indices = mappingShape.parse(await search.get(`${index}/_mapping`));
  const wrong = Object.values(indices).flatMap(({ mappings }) => differences(leavesOf(mappings), wanted));
  return [
    equal("fields with another type than designed, or that nobody designed", "none", listed(wrong)),
    equal("fields with two types (conflicts)", "none", listed(await conflicts(search, index))),
    equal(
      "documents with a value that is not indexed",
      0,
      await search.count(index, { exists: { field: "_ignored" } }),
    ),
  ];
}

async function conflicts(search: Search, index: string): Promise<readonly string[]> {
  const { fields } = capsShape.parse(await search.get(`${index}/_field_caps?fields=*`));
  return Object.entries(fields).flatMap(([name, types]) => (Object.keys(types).length > 1 ? [name] : []));
}

/** Labels are the operator's own: their names are in no table, their type is. */
function differences(found: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): readonly string[] {
  const added = [...found].filter(
    ([name, type]) => !(wanted.has(name) || (name.startsWith("labels.") && type === "keyword")),
  );
  const other = [...wanted].filter(([name, type]) => found.get(name) !== type);
  return [...added, ...other].map(
    ([name]) => `${name}: ${found.get(name) ?? "missing"}, ${wanted.get(name) ?? "not designed"}`,
  );
}

/** Full name of every field → its type. */
function leavesOf(mapping: Readonly<Record<string, unknown>>, prefix = ""): ReadonlyMap<string, string> {
  const properties = z.record(z.string(), z.looseObject({})).parse(mapping["properties"] ?? {});
  const leaves = Object.entries(properties).flatMap(([key, field]): (readonly [string, string])[] => {
    const name = prefix + key;
    if (typeof field["type"] === "string" && field["type"] !== "object") return [[name, field["type"]]];
    return [...leavesOf(field, `${name}.`)];
  });
  return new Map(leaves);
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : [...new Set(names)].join(", ");
}
