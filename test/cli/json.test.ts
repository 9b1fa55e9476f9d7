import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nmapXml } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";
import { run } from "./command-line.ts";

const CONFIG = `segment: office
targets: [10.0.0.0/24]
ports: [22]
baseline: { learn: { scans: 1, at_least: 0s } }
mutes: [{ match: { host: 10.0.0.9 }, reason: moving, until: "${nextMonth()}", by: soc }]
`;

/** Rows of the table in the reference: the command line → the keys of its JSON, or of the entries of its list. */
const DOCUMENTED: ReadonlyMap<string, readonly string[]> = new Map(
  readFileSync("docs/reference/cli.md", "utf8")
    .split("\n")
    .flatMap((line): [string, readonly string[]][] => {
      const row = /^\| `([^`]+)` \| `\[?\{ ([^}]+) \}\]?`/.exec(line);
      return row === null ? [] : [[row[1] ?? "", (row[2] ?? "").split(", ")]];
    }),
);

/** A state in which a port opened, its directory, and the id of the anomaly. */
async function learned(): Promise<{ readonly directory: string; readonly id: string }> {
  const directory = tempDir();
  writeFileSync(join(directory, "tripline.yaml"), CONFIG);
  const files = [[22], [22, 4444]].map((ports, n) => {
    const file = join(directory, `${n}.xml`);
    const start = 1_763_629_200 + n * 1800;
    const hosts = [{ address: "10.0.0.5", ports: ports.map((port) => ({ port })) }];
    const scaninfo = [{ type: "syn", protocol: "tcp", services: "1-100,4444" }];
    writeFileSync(file, nmapXml({ hosts, start, finished: start + 60, scaninfo }));
    return file;
  });
  const { out } = await run(["scan", "-c", "tripline.yaml", "--json", "--from-xml", ...files], directory);
  return { directory, id: JSON.parse(out).anomalies[0].id };
}

function nextMonth(): string {
  return new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
}

it("dead letters of an output that nobody knows are refused with the one that was meant (it said there were none)", async () => {
  const { directory } = await learned();
  const slip = await run(["outbox", "dead", "--sink", "fiel", "-c", "tripline.yaml"], directory);
  expect(slip).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringContaining('no output "fiel"; did you mean "file"? (TL150)'),
  });
  expect(slip.err).toContain("Name one of file, or none.");
  expect(await run(["outbox", "dead", "--sink", "file", "-c", "tripline.yaml"], directory)).toMatchObject({ code: 0 });
});

describe("--json of every reading command", () => {
  it("has a row in the reference", () => {
    expect(DOCUMENTED.size).toBeGreaterThanOrEqual(12);
  });

  // They need live scans or a Kibana: investigate.test.ts, archived-scans.test.ts and setup-kibana.test.ts have their JSON.
  const elsewhere = ["investigate ID", "raw SCAN HOST", "setup kibana"];
  const reading = [...DOCUMENTED.keys()].filter((documented) => !elsewhere.includes(documented));
  it.each(reading)("%s: parses and has the documented keys", async (documented) => {
    const { directory, id } = await learned();
    const line = documented.replace(/\[?ADDRESS\]?/, "10.0.0.5").replace("ID", id);
    const { code, out } = await run([...line.split(" "), "--json", "-c", "tripline.yaml"], directory);
    expect([0, 3]).toContain(code);
    const json: unknown = JSON.parse(out);
    const entries = Array.isArray(json) ? json : [json];
    if (line !== "outbox dead" && line !== "change list") expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) expect(Object.keys(entry).toSorted()).toEqual(DOCUMENTED.get(documented)?.toSorted());
  });

  it("a file that ends in .json gets the same, and standard output stays empty", async () => {
    const { directory } = await learned();
    const { out } = await run(["hosts", "-c", "tripline.yaml", "--json"], directory);
    const filed = await run(["hosts", "-c", "tripline.yaml", "-o", "hosts.json"], directory);
    expect(filed).toEqual({ code: 0, out: "", err: "" });
    expect(readFileSync(join(directory, "hosts.json"), "utf8")).toBe(out);
    const text = await run(["hosts", "-c", "tripline.yaml", "-o", "hosts.txt"], directory);
    expect(text.code).toBe(0);
    expect(readFileSync(join(directory, "hosts.txt"), "utf8")).toContain("ADDRESS");
  });

  it("config validate names every problem, with its place", async () => {
    const directory = tempDir();
    writeFileSync(join(directory, "tripline.yaml"), "segment: a\ntargets: [10.0.0.0/33]\nnope: 1\n");
    const { code, out } = await run(["config", "validate", "--json"], directory);
    expect(code).toBe(78);
    expect(JSON.parse(out)).toMatchObject({
      valid: false,
      errors: [
        { line: 2, path: "targets.0" },
        { line: 3, path: "nope" },
      ],
    });
  });

  it("replay prints the JSON of scan, and tells a damaged archive under health with 3", async () => {
    const { directory } = await learned();
    const { code, out } = await run(["replay", "--json", "-c", "tripline.yaml"], directory);
    expect(code).toBe(3);
    const json = JSON.parse(out);
    expect(Object.keys(json)).toEqual(["cycles", "anomalies", "health", "events", "delivery"]);
    // Recorded files are not archived: there is nothing to read again.
    expect(json.health[0]).toMatchObject({ kind: "scan-failed", reason: expect.stringContaining("never archived") });
    expect(json.anomalies).toEqual([]);
  });
});
