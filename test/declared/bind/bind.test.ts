import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endpointsOf } from "../../../src/declared/bind/endpoints.ts";
import { indexDeclarations, meantForUs } from "../../../src/declared/bind/index-declarations.ts";
import { mergeDeclarations } from "../../../src/declared/bind/merge.ts";
import { silentHosts } from "../../../src/declared/bind/silent-hosts.ts";
import type { Declaration } from "../../../src/domain/declaration.ts";
import { portText } from "../../../src/domain/network.ts";
import { row, type Row, source } from "../support/declarations.ts";

const rows = fc.array(
  fc.record({
    host: fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.0/24", "db.example"),
    port: fc.integer({ min: 1, max: 4 }),
    file: fc.constantFrom("a.csv", "b.csv"),
    line: fc.integer({ min: 1, max: 9 }),
  }),
  { maxLength: 12 },
);
const meaning = (all: readonly Declaration[]) =>
  all.map((d) => [d.id, d.sources.map((s) => `${s.file}:${s.line}`).toSorted()]);

describe("one meaning in several places", () => {
  it("is one record with all its places, in whatever order they come", () => {
    fc.assert(
      fc.property(rows, (given) => {
        const all = given.map(row);
        const merged = mergeDeclarations(all, 1);
        expect(meaning(mergeDeclarations(all.toReversed(), 1))).toEqual(meaning(merged));
        expect(mergeDeclarations(merged, 1)).toEqual(merged);
        expect(merged.flatMap((d) => d.sources)).toHaveLength(all.length);
        expect(new Set(merged.map((d) => d.id)).size).toBe(merged.length);
      }),
    );
  });

  it("declares nothing from the moment at which it expires", () => {
    const expiring = [row({ host: "10.0.0.1", expires: 5 })];
    expect([4, 5].map((now) => mergeDeclarations(expiring, now).length)).toEqual([1, 0]);
  });
});

describe("which declarations speak of a host", () => {
  const all = [
    row({ host: "10.0.0.1", port: 22 }),
    row({ host: "10.0.0.0/24", port: 80 }),
    row({ host: "db.example", port: 5432 }),
  ];
  const index = indexDeclarations({ declarations: all, sources: [source("a.csv")] });

  it.each<[string, readonly string[], readonly number[]]>([
    ["10.0.0.1", [], [22, 80]],
    ["10.0.0.9", ["DB.example"], [5432, 80]],
    ["10.0.1.1", [], []],
    ["2001:db8::1", ["db.example"], [5432]],
  ])("%s %j", (address, names, ports) => {
    expect(index.of({ address, names }).map((d) => d.portFrom)).toEqual(ports);
  });

  it("claims it once per file, by the first row that names it, else by the file that is complete for it", () => {
    const declarations = [row({ host: "10.0.0.1", line: 7 }), row({ host: "10.0.0.1", port: 22, line: 3 })];
    const complete = { completeFor: ["10.0.0.0/24"] };
    const sources = [
      source("a.csv", complete),
      source("b.csv", complete),
      source("c.csv", { ...complete, state: "unreadable" }),
    ];
    const index = indexDeclarations({ declarations, sources });
    const placesOf = (address: string) =>
      index.claims({ address, names: [] }).map(({ file, line }) => `${file}:${line}`);
    expect(placesOf("10.0.0.1")).toEqual(["a.csv:3", "b.csv:null"]);
    expect(placesOf("10.0.0.2")).toEqual(["a.csv:null", "b.csv:null"]);
    expect(placesOf("10.0.1.1")).toEqual([]);
    expect(index.incomplete).toBe(true);
  });
});

it("only services that are allowed speak of a host, not permissions, routes or what is denied", () => {
  const service = row({ host: "10.0.0.1" });
  const others = [
    { ...service, action: "deny" },
    { ...service, kind: "permission" },
    { ...service, kind: "route" },
  ] as const;
  const index = indexDeclarations({ declarations: others, sources: [source("a.csv")] });
  expect(index.of({ address: "10.0.0.1", names: [] })).toEqual([]);
  expect(index.claims({ address: "10.0.0.1", names: [] })).toEqual([]);
});

it.each(["read", "stale"] as const)("a file that is complete for a network claims it as it is: %s", (state) => {
  const sources = [source("a.csv", { completeFor: ["10.0.0.0/24"], state, digest: null, readAt: null })];
  const index = indexDeclarations({ declarations: [], sources });
  expect(index.claims({ address: "10.0.0.1", names: [] })).toEqual([
    {
      file: "a.csv",
      line: null,
      column: null,
      format: "inventory",
      digest: "",
      readAt: 0,
      stale: state === "stale",
    },
  ]);
});

describe("endpoints that must answer", () => {
  it.each<[string, readonly Row[], string | null, readonly string[]]>([
    ["a single port", [{ host: "10.0.0.1" }], null, ["80/tcp a.csv:1"]],
    [
      "a range may answer, and so may every transport",
      [
        { host: "10.0.0.1", to: 90 },
        { host: "10.0.0.1", transport: "any" },
      ],
      null,
      [],
    ],
    [
      "of several rows the one that names the host itself",
      [
        { host: "10.0.0.0/24", line: 1 },
        { host: "10.0.0.1", line: 2 },
        { host: "10.0.0.0/25", line: 3 },
      ],
      null,
      ["80/tcp a.csv:2"],
    ],
    [
      "of rows that name the host the first one, whatever networks come after it",
      [
        { host: "10.0.0.1", line: 1 },
        { host: "10.0.0.1", line: 2 },
        { host: "10.0.0.0/24", line: 3 },
      ],
      null,
      ["80/tcp a.csv:1"],
    ],
    ["what is for others need not answer us", [{ host: "10.0.0.1", scope: ["10.9.0.0/16"] }], "10.8.0.1", []],
    ["who we are is not known", [{ host: "10.0.0.1", scope: ["10.9.0.0/16"] }], null, ["80/tcp a.csv:1"]],
  ])("%s", (_, given, vantage, expected) => {
    const endpoints = endpointsOf(given.map(row), vantage);
    const texts = endpoints.map(({ declaration, port }) => {
      const [place] = declaration.sources;
      return `${portText(port)} ${place?.file}:${place?.line}`;
    });
    expect(texts).toEqual(expected);
  });

  it("a scope of one family never holds an address of the other", () => {
    const v6 = row({ host: "10.0.0.1", scope: ["::/0"] });
    expect([meantForUs(v6, "2001:db8::1"), meantForUs(v6, "10.0.0.9")]).toEqual([true, false]);
  });
});

it("a declared address that was asked and is not listed is a host that is down; ranges and names are none", () => {
  const declarations = [
    row({ host: "10.0.0.1" }),
    row({ host: "10.0.0.2" }),
    row({ host: "10.0.0.3", to: 90 }),
    row({ host: "db.example" }),
    row({ host: "10.9.0.1" }),
  ];
  const [listed] = silentHosts([row({ host: "10.0.0.2" })], [], () => true);
  const silent = silentHosts(declarations, listed === undefined ? [] : [listed], (address) =>
    address.startsWith("10.0."),
  );
  expect(silent.map(({ address, state }) => `${address} ${state}`)).toEqual(["10.0.0.1 down"]);
});
