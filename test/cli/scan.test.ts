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
    expect(Object.keys(json)).toEqual(["cycles", "anomalies", "health", "events", "delivery"]);
    expect(json.cycles).toMatchObject([
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

describe("the first look at an inventory", () => {
  function declared(): { readonly directory: string; readonly config: string } {
    const directory = tempDir();
    const config = join(directory, "tripline.yaml");
    writeFileSync(join(directory, "inventory.csv"), "host,port,proto,service\n10.0.0.5,22,tcp,\n");
    writeFileSync(
      config,
      "segment: office\ntargets: [10.0.0.0/24]\ntags: [{ match: 10.0.0.6, tags: [crown-jewel] }]\n" +
        "declared: [{ inventory: ./inventory.csv, complete_for: [10.0.0.0/24] }]\n",
    );
    return { directory, config };
  }

  it("is one line beside what is critical, and drift lists what is behind it", async () => {
    const { directory, config } = declared();
    const at = ["-c", config, "--state", join(directory, "state")];
    const hosts = [host("10.0.0.5", 22, 80, 443), host("10.0.0.6", 22)];
    const { code, out } = await run(["scan", ...at, "--from-xml", scan(directory, 0, hosts)]);
    expect(code).toBe(0);
    expect(out).toContain("and 2 findings of ./inventory.csv at its first look: tripline drift\n");
    expect(out.split("\n").filter((line) => /\bopened\b/.test(line))).toEqual([
      expect.stringMatching(/critical +81 +opened +undeclared-host +10\.0\.0\.6/),
    ]);
    const drift = await run(["drift", ...at, "--fail-on", "high"]);
    expect(drift.code).toBe(10);
    expect(drift.out).toContain("3 findings");
    const again = await run(["scan", ...at, "--from-xml", scan(directory, 1, hosts)]);
    expect(again.out).not.toContain("finding");
  });

  it("says nothing of a next step when nothing is news", async () => {
    const { directory, config } = declared();
    const file = scan(directory, 0, [host("10.0.0.5", 22, 80)]);
    const { out } = await run(["scan", "-c", config, "--state", join(directory, "state"), "--from-xml", file]);
    expect(out).toContain("\n1 finding of ./inventory.csv at its first look: tripline drift\n");
    expect(out).not.toContain("next:");
  });

  it("marks in the JSON what belongs to it", async () => {
    const { directory, config } = declared();
    const file = scan(directory, 0, [host("10.0.0.5", 22, 80), host("10.0.0.6", 22)]);
    const at = ["-c", config, "--state", join(directory, "state"), "--format", "json"];
    const json = JSON.parse((await run(["scan", ...at, "--from-xml", file])).out);
    expect(json.anomalies).toMatchObject([
      { kind: "undeclared-port", notable: false, firstLook: true },
      { kind: "undeclared-host", notable: true, firstLook: true },
    ]);
    expect(json.health).toMatchObject([
      {
        kind: "declaration-evaluated",
        reason:
          "First look at ./inventory.csv: 1 undeclared port (high), 1 undeclared host (high), on 2 hosts. " +
          "Only critical ones alert; tripline drift lists them all.",
      },
    ]);
  });
});

describe("the command line", () => {
  it("answers a wrong option with 2 and a suggestion", async () => {
    expect(await run(["scna"])).toMatchObject({ code: 2, err: expect.stringContaining("scan") });
  });
});
