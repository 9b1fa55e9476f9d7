import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openState } from "../support/runtime.ts";
import { nmapXml, type NmapXmlSpec } from "../support/nmap-xml.ts";
import { directoryWith, run } from "./command-line.ts";
import { host, office, type Office } from "./support/people.ts";

/** With the same MAC address always, so that only what a test names differs. */
function web(address: string, version: string, ...more: readonly number[]) {
  const service = { name: "http", product: "nginx", method: "probed", version } as const;
  return { address, ports: [{ port: 80, service }, ...more.map((port) => ({ port }))] };
}

/** From 09:00, half an hour apart: a host leaves, one comes, a port opens, another closes, a version moves. */
function threeScans(): Promise<Office> {
  return office(
    [web("10.0.0.5", "1.24.0", 22), host("10.0.0.6", 22)],
    [web("10.0.0.5", "1.24.0", 22), host("10.0.0.6", 22)],
    [web("10.0.0.5", "1.26.1", 4444), host("10.0.0.7", 22, 23)],
  );
}

/** Another scan of the office, half an hour after those three. */
async function scanAs({ directory, tripline }: Office, spec: NmapXmlSpec): Promise<void> {
  const start = 1_763_629_200 + 3 * 1800;
  writeFileSync(join(directory, "own.xml"), nmapXml({ start, finished: start + 60, ...spec }));
  await tripline("scan", "--from-xml", "own.xml");
}

type Change = Readonly<Record<"change" | "address" | "port" | "field" | "before" | "after", string | null>>;

function told(changes: readonly Change[]): readonly string[] {
  return changes.map(({ change, address, port, field, before, after }) =>
    [address, port ?? "host", change, field ?? "", `${before} → ${after}`].filter((word) => word !== "").join(" "),
  );
}

const DIFFERENT = [
  "10.0.0.5 22/tcp closed open → null",
  "10.0.0.5 80/tcp changed version 1.24.0 → 1.26.1",
  "10.0.0.5 4444/tcp opened null → open",
  "10.0.0.6 host gone 22/tcp → null",
  "10.0.0.7 host appeared null → 22/tcp, 23/tcp",
];

const OPPOSITE: Readonly<Record<string, string>> = {
  opened: "closed",
  closed: "opened",
  gone: "appeared",
  appeared: "gone",
};

describe("tripline scans diff", () => {
  it.each([
    { words: ["1", "3"], differs: DIFFERENT },
    { words: ["2"], differs: DIFFERENT },
    { words: ["last-1", "last"], differs: DIFFERENT },
    { words: ["2025-11-20T09:15:00Z", "2025-11-21"], differs: DIFFERENT },
    { words: ["019aa07e", "019aa0b5"], differs: DIFFERENT },
    { words: ["1", "2"], differs: [] },
    { words: ["2025-11-20T09:40:00Z", "last"], differs: DIFFERENT },
    { words: ["1", "3", "--host", "10.0.0.6"], differs: DIFFERENT.slice(3, 4) },
    { words: ["1", "3", "--host", "10.0.0.6/31"], differs: DIFFERENT.slice(3) },
    { words: ["1", "3", "--host", "192.0.2.0/24"], differs: [] },
  ])("$words → $differs", async ({ words, differs }) => {
    const { json } = await threeScans();
    const found = await json("scans", "diff", ...words);
    expect(told(found.changes)).toEqual(differs);
    expect(found).toMatchObject({ notMeasured: { hosts: 0, ports: 0 }, notCompared: [], source: "facts" });
  });

  it("the other way round tells the opposite, and says that the first scan is the later one", async () => {
    const { json } = await threeScans();
    const found = await json("scans", "diff", "3", "1");
    const opposite = DIFFERENT.filter((line) => !line.includes("version")).map((line) => line.split(" ").slice(0, 2));
    const said = told(found.changes).filter((line) => !line.includes("version"));
    expect(said.map((line) => line.split(" ").slice(0, 2))).toEqual(opposite);
    expect(said.map((line) => OPPOSITE[line.split(" ")[2] ?? ""])).toEqual(["closed", "opened", "gone", "appeared"]);
    expect(found.notes).toEqual(["the first scan is the later one"]);
  });

  it("says for people what opened, what was there, and which scans these are", async () => {
    const { tripline } = await threeScans();
    const { code, out } = await tripline("scans", "diff", "1", "3");
    expect(code).toBe(0);
    expect(out).toContain("scan 1 of 2025-11-20T09:00:00.000Z, done");
    expect(out).toContain("1 host appeared, 1 host gone, 1 port opened, 1 port closed, 1 value changed");
    expect(out).toMatch(/10\.0\.0\.5 +80\/tcp +version +1\.24\.0 → 1\.26\.1/);
    expect(out).toMatch(/10\.0\.0\.6 +host +gone +was there: 22\/tcp/);
    expect((await tripline("scans", "diff", "3", "3")).out).toMatch(/differs +nothing\n +note +both are the same scan/);
  });

  it.each([
    { scans: ["1", "3"], flag: ["--fail-on", "any"], code: 10 },
    { scans: ["1", "3"], flag: [], code: 0 },
    { scans: ["1", "2"], flag: ["--fail-on", "any"], code: 0 },
  ])("ends with $code for $scans $flag", async ({ scans, flag, code }) => {
    const { tripline } = await threeScans();
    expect((await tripline("scans", "diff", ...scans, ...flag)).code).toBe(code);
  });
});

describe("what a scan did not measure is no difference", () => {
  it("hosts that it did not ask, and ports", async () => {
    const here = await threeScans();
    const scaninfo = [{ type: "syn", protocol: "tcp", services: "22" }];
    await scanAs(here, { args: "nmap -sS -p 22 10.0.0.7", hosts: [host("10.0.0.7", 22)], scaninfo });
    const found = await here.json("scans", "diff", "3", "4");
    expect(told(found.changes)).toEqual([]);
    expect(found.notMeasured).toEqual({ hosts: 1, ports: 1 });
    expect((await here.tripline("scans", "diff", "3", "4")).out).toContain(
      "1 host and 1 port answered in one scan and were not measured in the other: no difference",
    );
  });

  it("a scan that broke off proves no absence, and the note says why", async () => {
    const here = await threeScans();
    const hosts = [web("10.0.0.5", "1.30.0", 5555)];
    await scanAs(here, { args: "nmap -sS 10.0.0.0/24", hosts, exit: "error", errorMessage: "no more memory" });
    const found = await here.json("scans", "diff", "3", "4");
    expect(told(found.changes)).toEqual([
      "10.0.0.5 80/tcp changed version 1.26.1 → 1.30.0",
      "10.0.0.5 5555/tcp opened null → open",
    ]);
    expect(found.notMeasured).toEqual({ hosts: 1, ports: 1 });
    expect(found.notes).toEqual([expect.stringMatching(/^scan 4: .*no more memory/)]);
  });
});

describe("tripline scans list", () => {
  it.each([
    { words: [], numbers: [3, 2, 1] },
    { words: ["--last", "1"], numbers: [3] },
    { words: ["--since", "2025-11-20T09:30:00Z"], numbers: [3, 2] },
    { words: ["--since", "1h"], numbers: [] },
  ])("$words → $numbers", async ({ words, numbers }) => {
    const { json } = await threeScans();
    const { segment, scans } = await json("scans", "list", ...words);
    expect(segment).toBe("office");
    expect(scans.map(({ number }: { number: number }) => number)).toEqual(numbers);
    for (const scan of scans) expect(scan).toMatchObject({ state: "done", hosts: 2, kept: true, reason: null });
  });

  it("says which scans are no longer kept, and a comparison with one of them is refused", async () => {
    const { directory, tripline, json } = await threeScans();
    const { scans } = await json("scans", "list");
    await forget(directory, scans[2].id);
    const { scans: left } = await json("scans", "list");
    expect(left.map(({ kept }: { kept: boolean }) => kept)).toEqual([true, true, false]);
    const { code, err } = await tripline("scans", "diff", "1", "3");
    expect(code).toBe(2);
    expect(err).toContain("scan 1 of 2025-11-20T09:00:00.000Z saw is no longer kept; the oldest kept is scan 2");
    expect(err).toContain("(TL521)");
  });
});

async function forget(directory: string, id: string): Promise<void> {
  const opened = openState(join(directory, ".tripline"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  await opened.value.keeping.forgetFacts([id]);
  opened.value.close();
}

describe("a scan that there is not", () => {
  it.each([
    { word: "9", says: "there is no finished scan 9; finished scans have the numbers 1 to 3" },
    { word: "0", says: "there is no finished scan 0" },
    { word: "last-3", says: "last-3 goes back too far: there are 3 finished scans" },
    { word: "lst", says: '"lst" names no scan' },
    { word: "2025-11-20", says: "no scan had ended at 2025-11-20T00:00:00.000Z; the oldest ended at 2025-11-20T09:01" },
    { word: "019aa0", says: '3 scans begin with "019aa0"' },
    { word: "2025-13-01", says: '"2025-13-01" names no scan' },
    { word: "", says: '"" names no scan' },
  ])('"$word" is refused: $says', async ({ word, says }) => {
    const { tripline } = await threeScans();
    const { code, out, err } = await tripline("scans", "diff", word, "last");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(says);
    expect(err).toContain("(TL520)");
  });

  it("and neither is a host written wrong, nor a state without scans", async () => {
    const { tripline } = await threeScans();
    const wrong = await tripline("scans", "diff", "1", "--host", "10.0.0.999");
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('--host takes an address, a network or a name, got "10.0.0.999"');
    expect((await tripline("scans", "diff", "1", "2", "3")).err).toContain("takes one scan or two, got 3");
    const empty = directoryWith({ "tripline.yaml": "segment: a\ntargets: [10.0.0.0/24]\n" });
    expect(await run(["scans", "list", "-c", "tripline.yaml"], empty)).toMatchObject({
      code: 78,
      err: expect.stringContaining("TL409"),
    });
  });
});
