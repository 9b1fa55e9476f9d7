import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { declaredReader } from "../../src/app/declared-reader.ts";
import { runDrift } from "../../src/app/operations/drift.ts";
import { createRuntime } from "../../src/app/runtime.ts";
import { configFormat } from "../../src/config/format.ts";
import { type LoadedConfig, parseConfig } from "../../src/config/load.ts";
import type { DriftOutcome } from "../../src/declared/compare/outcome.ts";
import type { DeclarationReader } from "../../src/declared/model/reader.ts";
import { READERS } from "../../src/declared/readers/registry.ts";
import { SINKS } from "../../src/deliver/sinks/registry.ts";
import { createRig, SEGMENT } from "../pipeline/rig.ts";
import { nmapXml, type PortSpec } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";
import type { World } from "../support/world-scanner.ts";
import { hosts } from "./support/hosts-reader.ts";

const http = (port: number): PortSpec => ({ port, service: { name: "http", product: "nginx", version: "1" } });
const INVENTORY = "host,port,proto,service\n10.0.0.5,80,tcp,http\n";
const BOTH = "[{ hosts: ./hosts.txt }, { inventory: ./inv.csv }]";
const clock = { now: () => 1, monotonic: () => 0 };

interface Place {
  readonly directory: string;
  readonly loaded: LoadedConfig;
  readonly readers: readonly DeclarationReader[];
}

/** An installation with one more reader than the program ships, and what its files say. */
function place(declared: string, files: Readonly<Record<string, string>>, second = hosts): Place {
  const directory = tempDir();
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
  writeFileSync(
    join(directory, "scan.xml"),
    nmapXml({ hosts: [{ address: "10.0.0.5", ports: [http(80), http(81)] }] }),
  );
  const readers = [...READERS, second];
  const format = configFormat({ outputs: SINKS, readers });
  const text = `segment: ${SEGMENT}\ntargets: [10.0.0.0/24]\ndeclared: ${declared}\n`;
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1, format });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return { directory, loaded: loaded.value, readers };
}

async function drift({ directory, loaded, readers }: Place, sources: readonly string[] = []): Promise<DriftOutcome> {
  const runtime = createRuntime({ readers });
  const request = { runtime, loaded, stateDirectory: directory, sources, live: ["scan.xml"], cwd: directory };
  const outcome = await runDrift(request);
  return outcome.ok ? outcome.value : expect.fail(outcome.error.what);
}

/** `kind port where`, one line a finding. */
function found({ report }: DriftOutcome): readonly string[] {
  return report.findings.map(({ kind, port, declaration }) => {
    const source = declaration?.sources[0];
    return [kind, port?.number, source === undefined ? "" : `${source.file}:${source.line}`].join(" ").trim();
  });
}

function sources({ state }: DriftOutcome): readonly string[] {
  return state.sources.map((source) => [source.tool, source.state, source.entries, ...source.notes].join(" "));
}

describe("a second tool beside the inventory, in drift", () => {
  it("declares what the other does not, each with its own file and line", async () => {
    const both = await drift(place(BOTH, { "hosts.txt": "\n10.0.0.5:81\n10.0.0.5:443\n", "inv.csv": INVENTORY }));
    expect(sources(both)).toEqual(["hosts read 2", "inventory read 1"]);
    expect(found(both)).toEqual(["expected-endpoint-down 443 ./hosts.txt:3"]);
  });

  it("is recognised where a command line names its file, and so is the inventory", async () => {
    const at = place("[]", { "a.list": "10.0.0.5:80\n10.0.0.5:81\n", "inv.csv": INVENTORY });
    expect(sources(await drift(at, ["a.list", "inv.csv"]))).toEqual(["hosts read 2", "inventory read 1"]);
  });

  it("a file that nobody recognises is unreadable, and nothing is called undeclared for it", async () => {
    const outcome = await drift(place("[]", { "x.ini": "[web]\nport = 81\n", "inv.csv": INVENTORY }), [
      "x.ini",
      "inv.csv",
    ]);
    expect(sources(outcome)).toEqual([
      "unknown unreadable 0 x.ini: unknown format; known: inventory (CSV or YAML), list of address:port. If it is one of these, name it under declared in the configuration",
      "inventory read 1",
    ]);
    expect(found(outcome)).toEqual([]);
  });

  it("a reader that fails at the first look leaves the file to the others", async () => {
    const failing: DeclarationReader = {
      ...hosts,
      recognises: () => {
        throw new Error("hunter2");
      },
    };
    const at = { ...place("[]", { "inv.txt": INVENTORY }), readers: [failing, ...READERS] };
    expect(sources(await drift(at, ["inv.txt"]))).toEqual(["inventory read 1"]);
  });

  it("a file under the key of the other tool is told whose it is", async () => {
    const at = place("[{ inventory: ./a.list }, { inventory: ./inv.csv }]", {
      "a.list": "10.0.0.5:80\n",
      "inv.csv": INVENTORY,
    });
    const [first] = sources(await drift(at));
    expect(first).toContain('./a.list: looks like list of address:port; its key is "hosts"');
  });

  it.each<[string, DeclarationReader["read"], string]>([
    ["that throws", () => Promise.reject(new Error("10.0.0.5:443 hunter2")), "failed (Error)"],
    [
      "that answers garbage",
      async () => JSON.parse('{"state":"read","declarations":"hunter2"}'),
      "gave an invalid answer (format)",
    ],
  ])("a reader %s costs its own source only", async (_, read, how) => {
    const outcome = await drift(
      place(BOTH, { "hosts.txt": "10.0.0.5:443\n", "inv.csv": INVENTORY }, { ...hosts, read }),
    );
    expect(sources(outcome)).toEqual([
      `hosts unreadable 0 ./hosts.txt: the reader for hosts ${how}; this is a bug in Tripline, please report it`,
      "inventory read 1",
    ]);
    expect(found(outcome)).toEqual([]);
    expect(JSON.stringify(outcome.state)).not.toContain("hunter2");
  });
});

function world(...open: readonly number[]): World {
  return new Map([["10.0.0.5", { mac: "00-11-22-33-44-05", open: new Map(open.map((port) => [port, "nginx"])) }]]);
}

describe("a second tool beside the inventory, in cycles", () => {
  it("names its file in what it raises, and a broken file keeps its last good state", async () => {
    const at = place(BOTH, { "hosts.txt": "10.0.0.5:22\n", "inv.csv": INVENTORY });
    const rig = createRig(["10.0.0.5"]);
    const how = { deps: { readDeclared: declaredReader(at.loaded, clock, at.readers) } };
    const kinds: string[][] = [];
    for (const n of [1, 2, 3, 4]) {
      const report = await rig.cycle(n, n < 3 ? world(22, 80) : world(80), how);
      kinds.push((report?.steps ?? []).map(({ anomaly }) => `${anomaly.kind} ${anomaly.declared?.tool ?? ""}`));
    }
    expect(kinds.flat()).toContain("missing-endpoint hosts");
    writeFileSync(join(at.directory, "hosts.txt"), "gibberish\n");
    await rig.cycle(5, world(80), how);
    const kept = await rig.store().cycles.loadDeclared(SEGMENT);
    expect(kept?.sources.map(({ tool, state, notes }) => [tool, state, ...notes])).toEqual([
      ["hosts", "stale", "./hosts.txt:1:1  is not an address:port"],
      ["inventory", "read"],
    ]);
    expect(kept?.declarations.map(({ owner, layer }) => [owner.tool, layer]).toSorted()).toEqual([
      ["hosts", "none"],
      ["inventory", "inventory"],
    ]);
    const bodies = await rig.bodies();
    expect(bodies.filter((body) => body.includes('"source-stale"'))).toHaveLength(1);
    expect(bodies.some((body) => body.includes('"tool":"hosts"'))).toBe(true);
  });

  it("a reader that never answers ends with the cycle that is stopped: nothing is learned, and the next one goes on", async () => {
    const asked = Promise.withResolvers<null>();
    const silent: DeclarationReader = {
      ...hosts,
      read: () => {
        asked.resolve(null);
        return new Promise(() => {});
      },
    };
    const at = place(BOTH, { "hosts.txt": "10.0.0.5:22\n", "inv.csv": INVENTORY }, silent);
    const rig = createRig(["10.0.0.5"]);
    const stop = new AbortController();
    const readDeclared = declaredReader(at.loaded, clock, at.readers);
    const cycle = rig.cycle(1, world(22, 80), { deps: { readDeclared }, signal: stop.signal });
    await asked.promise;
    stop.abort();
    expect(await cycle).toBeNull();
    expect(await rig.store().cycles.loadDeclared(SEGMENT)).toBeNull();
    const good = declaredReader(at.loaded, clock, [...READERS, hosts]);
    expect(await rig.cycle(2, world(22, 80), { deps: { readDeclared: good } })).not.toBeNull();
  });
});
