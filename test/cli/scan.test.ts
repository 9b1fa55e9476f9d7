import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nmapXml, type HostSpec } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";
import { run } from "./command-line.ts";

const START = 1_763_629_200;

/** The `n`th scan, half an hour apart. */
function scan(directory: string, n: number, hosts: readonly HostSpec[]): string {
  const file = join(directory, `${n}.xml`);
  const start = START + n * 1800;
  writeFileSync(
    file,
    nmapXml({
      hosts,
      start,
      finished: start + 60,
      scaninfo: [{ type: "syn", protocol: "tcp", services: "1-1000,4444" }],
    }),
  );
  return file;
}

const host = (address: string, ...ports: number[]): HostSpec => ({ address, ports: ports.map((port) => ({ port })) });
const FROM = ["scan", "--format", "json", "--learn-scans", "1", "--from-xml"];

describe("scan --from-xml --format json", () => {
  it("has the documented keys", async () => {
    const directory = tempDir();
    const files = [scan(directory, 0, [host("10.0.0.5", 22)]), scan(directory, 1, [host("10.0.0.5", 22, 4444)])];
    const { code, out } = await run([...FROM, ...files]);
    const json = JSON.parse(out);
    expect(code).toBe(0);
    expect(Object.keys(json)).toEqual(["cycles", "anomalies", "health", "events"]);
    expect(json.cycles).toEqual([
      { file: files[0], completeness: "complete", verdict: "ok", hosts: 1, learning: true, anomalies: [] },
      {
        file: files[1],
        completeness: "complete",
        verdict: "ok",
        hosts: 1,
        learning: false,
        anomalies: [json.anomalies[0].id],
      },
    ]);
    expect(json.anomalies[0]).toMatchObject({
      kind: "port-opened",
      severity: "high",
      host: { ip: "10.0.0.5" },
      port: { number: 4444, protocol: "tcp" },
      state: "open",
      confirmed: false,
      notable: true,
      members: [],
    });
    expect(json.anomalies[0].parts.map((part: { name: string }) => part.name)).toEqual([
      "rarity",
      "exposure",
      "declaration",
      "criticality",
      "corroboration",
      "context",
    ]);
  });

  it("a port that closes again is resolved after the further sightings, under the same id", async () => {
    const directory = tempDir();
    const plain = host("10.0.0.5", 22);
    const files = [plain, host("10.0.0.5", 22, 4444), plain, plain, plain].map((h, n) => scan(directory, n, [h]));
    const { out } = await run([...FROM, ...files]);
    const json = JSON.parse(out);
    expect(json.anomalies).toHaveLength(1);
    expect(json.anomalies[0]).toMatchObject({ kind: "port-opened", state: "resolved" });
  });

  it("a host that is silent for three scans disappeared, one silent scan says nothing", async () => {
    const directory = tempDir();
    const both = [host("10.0.0.5", 22), host("10.0.0.6", 22)];
    const one = [host("10.0.0.5", 22)];
    const quiet = JSON.parse((await run([...FROM, scan(directory, 0, both), scan(directory, 1, one)])).out);
    expect(quiet.anomalies).toEqual([]);
    const gone = JSON.parse(
      (await run([...FROM, ...[both, one, one, one].map((hosts, n) => scan(directory, n, hosts))])).out,
    );
    expect(gone.anomalies.map((a: { kind: string }) => a.kind)).toEqual(["host-disappeared"]);
  });

  it.each([
    ["truncated", (xml: string) => xml.slice(0, xml.length / 2)],
    ["empty", () => ""],
    ["foreign", () => "<html></html>"],
    [
      "with an internal document type",
      (xml: string) => xml.replace("<!DOCTYPE nmaprun>", '<!DOCTYPE nmaprun [<!ENTITY a "b">]>'),
    ],
  ])("a file that is %s gives exit code 3, the JSON, and teaches nothing", async (_, damage) => {
    const directory = tempDir();
    const file = join(directory, "bad.xml");
    writeFileSync(file, damage(nmapXml({ hosts: [host("10.0.0.5", 22)], start: START, finished: START + 60 })));
    const { code, out } = await run([...FROM, file]);
    const json = JSON.parse(out);
    expect(code).toBe(3);
    expect(json.cycles[0].completeness).not.toBe("complete");
    expect(json.health.length).toBeGreaterThan(0);
  });

  it("refuses a file that is older than the state with 2, and a missing one too", async () => {
    const directory = tempDir();
    const files = [scan(directory, 1, [host("10.0.0.5", 22)]), scan(directory, 0, [host("10.0.0.5", 22)])];
    expect((await run([...FROM, ...files])).code).toBe(2);
    expect(await run([...FROM, join(directory, "nope.xml")])).toMatchObject({
      code: 2,
      err: expect.stringContaining("ENOENT"),
    });
  });

  it("gives 10 only with --fail-on", async () => {
    const directory = tempDir();
    const files = [scan(directory, 0, [host("10.0.0.5", 22)]), scan(directory, 1, [host("10.0.0.5", 22, 4444)])];
    expect((await run([...FROM, ...files, "--fail-on", "high"])).code).toBe(10);
    expect((await run([...FROM, ...files, "--fail-on", "critical"])).code).toBe(0);
  });
});

describe("the command line", () => {
  it("answers a wrong option with 2 and a suggestion", async () => {
    expect(await run(["scna"])).toMatchObject({ code: 2, err: expect.stringContaining("scan") });
  });
});
