import { z } from "zod";
import type { JsonObject, SetupAsset, SetupRefusal } from "../../../domain/ports/setup.ts";
import { ok, type Result } from "../../../lib/result.ts";
import { asked, type Call } from "./calls.ts";

/** A mapping as the server tells it and as we write it. */
interface Properties {
  readonly [field: string]: { readonly type?: string | undefined; readonly properties?: Properties | undefined };
}
const properties: z.ZodType<Properties> = z.lazy(() =>
  z.record(z.string(), z.looseObject({ type: z.string().optional(), properties: properties.optional() })),
);
const answer = z.record(z.string(), z.object({ mappings: z.object({ properties: properties.default({}) }) }));
const component = z.object({ template: z.object({ mappings: z.object({ properties }) }) });

/**
 * Templates reach only the indices that a stream makes from now on: what its present one maps otherwise, sentences.
 * Nothing is said where the key may not look.
 */
export async function streamTroubles(
  call: Call,
  assets: readonly SetupAsset[],
): Promise<Result<readonly string[], SetupRefusal>> {
  const wanted = typesIn(mappingsOf(assets));
  const read = await asked("monitor", async () => {
    const path = `/${encodeURIComponent("logs-tripline.*")}/_mapping`;
    return answer.parse(await call.client.transport.request({ method: "GET", path }, { signal: call.signal }));
  });
  if (!read.ok) return read.error.reason === "rights" ? ok([]) : read;
  return ok([...newest(Object.entries(read.value))].flatMap(([stream, found]) => troubleOf(stream, found, wanted)));
}

function mappingsOf(assets: readonly SetupAsset[]): Properties {
  const found = assets.find(({ name }) => name === "tripline@mappings")?.body satisfies JsonObject | undefined;
  return component.parse(found).template.mappings.properties;
}

interface Found {
  readonly index: string;
  readonly types: ReadonlyMap<string, string>;
}

/** By stream, the index that it writes to; an index that is no part of a stream is by itself. */
function newest(indices: readonly (readonly [string, z.infer<typeof answer>[string]])[]): ReadonlyMap<string, Found> {
  const sorted = indices.toSorted(([a], [b]) => (generation(a) < generation(b) ? -1 : 1));
  return new Map(
    sorted.map(([index, { mappings }]) => [streamOf(index), { index, types: typesIn(mappings.properties) }]),
  );
}

/** `.ds-<stream>-<yyyy.MM.dd>-<generation>`. */
const BACKING = /^(?:partial-|restored-|shrink-)?\.ds-(.+)-\d{4}\.\d{2}\.\d{2}-(\d{6,})$/;

function streamOf(index: string): string {
  return BACKING.exec(index)?.[1] ?? index;
}

function generation(index: string): number {
  return Number(BACKING.exec(index)?.[2] ?? 0);
}

function troubleOf(stream: string, { index, types }: Found, wanted: ReadonlyMap<string, string>): readonly string[] {
  if (stream === index)
    return [`${stream} is an index and not a data stream, so every event for it is refused. ${REPLACE} (${CONFLICT})`];
  const other = [...wanted].flatMap(([field, type]) => {
    const there = types.get(field);
    return there === undefined || there === type ? [] : [`${field} as ${there} instead of ${type}`];
  });
  const missing = [...wanted.keys()].filter((field) => !types.has(field)).length;
  if (other.length === 0 && missing === 0) return [];
  return [`${stream} ${inWords(other, missing)}. ${rollOver(stream)}`];
}

const REPLACE = "Reindex it under another name and delete it; the stream is then made with the next event.";

function inWords([first, ...more]: readonly string[], missing: number): string {
  const others = more.length === 0 ? "" : `, and ${more.length} more fields with other types`;
  const lacks = `does not map ${missing} ${missing === 1 ? "field" : "fields"} yet`;
  if (first === undefined) return lacks;
  return `maps ${first}${others}${missing === 0 ? "" : `, and ${lacks}`}`;
}

function rollOver(stream: string): string {
  return `It takes the new templates from its next index on; make that now with POST /${stream}/_rollover. (${CONFLICT})`;
}

const CONFLICT = "TL494";

function typesIn(all: Properties, prefix = ""): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(all).flatMap(([key, { type, properties: inner }]) =>
      inner === undefined ? leaf(prefix + key, type) : [...typesIn(inner, `${prefix}${key}.`)],
    ),
  );
}

/** An object is there only as what is in it, so that one without a field has many forms. */
function leaf(name: string, type: string | undefined): [string, string][] {
  return type === undefined || type === "object" ? [] : [[name, type]];
}
