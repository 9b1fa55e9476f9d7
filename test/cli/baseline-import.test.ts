import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { auditOf, host, office, type Office, WHY } from "./support/people.ts";

const QUIET = [host("10.0.0.5", 22, 80), host("10.0.0.6", 22)];
const NEWS = [host("10.0.0.5", 22, 80, 4444), host("10.0.0.6", 22)];

async function exportOf(at: Office): Promise<string> {
  const { out } = await at.tripline("baseline", "export");
  return out;
}

function put(at: Office, name: string, text: string): void {
  writeFileSync(join(at.directory, name), text);
}

/** An office with a port open that nobody accepted, and a file that knows it as normal. */
async function withFile(): Promise<Office & { readonly file: string }> {
  const [at, other] = [await office(QUIET, NEWS), await office(NEWS)];
  const file = await exportOf(other);
  put(at, "good.jsonl", file);
  return { ...at, file };
}

describe("baseline import", () => {
  it("only shows what would change, until it is told to do it", async () => {
    const at = await withFile();
    const before = await exportOf(at);
    for (const words of [[], ["--dry-run"], WHY]) {
      const shown = await at.tripline("baseline", "import", "good.jsonl", ...words);
      expect(shown).toMatchObject({ code: 0, err: "" });
      expect(shown.out).toMatch(/10\.0\.0\.5 +4444\/tcp +normal +open/);
      expect(shown.out).toContain("1 open anomaly that the file explains would be accepted:");
      expect(shown.out).toContain("Nothing was changed. Add --yes, --reason and --by to import it.");
    }
    expect(await exportOf(at)).toBe(before);
    expect(await auditOf(at)).toEqual([]);
  });

  it("closes what it explains as accepted, with the reason, in one audited step", async () => {
    const at = await withFile();
    const done = await at.tripline("baseline", "import", "good.jsonl", "--yes", ...WHY);
    expect(done).toMatchObject({ code: 0, err: "", out: expect.stringContaining("Imported. The events wait") });
    expect(await at.json("anomalies", "list", "--all")).toMatchObject([{ kind: "port-opened", state: "accepted" }]);
    expect(await auditOf(at)).toMatchObject([
      {
        kind: "baseline-imported",
        by: "m.analyst",
        reason: "CHG-4711",
        object: "2 hosts of good.jsonl",
        after: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      { kind: "anomaly-accepted", by: "m.analyst", reason: "CHG-4711" },
    ]);
    await at.scan(NEWS);
    expect(await at.json("anomalies", "list")).toEqual([]);
    expect(await at.tripline("baseline", "diff", "good.jsonl", "--fail-on", "any")).toMatchObject({ code: 0 });
  });

  it("is taken back for one anomaly as an accept is", async () => {
    const at = await withFile();
    await at.tripline("baseline", "import", "good.jsonl", "--yes", ...WHY);
    const [anomaly] = await at.json("anomalies", "list", "--all");
    expect(await at.tripline("baseline", "accept", "--undo", anomaly.id, ...WHY)).toMatchObject({ code: 0 });
    expect(await at.json("anomalies", "list")).toMatchObject([{ id: anomaly.id, state: "open" }]);
    expect((await at.tripline("baseline", "diff", "good.jsonl")).out).toContain("1 difference on 1 host");
  });

  it("into a state that is empty gives the same file again", async () => {
    const [old, fresh] = [await office(QUIET), await office()];
    const file = await exportOf(old);
    put(fresh, "good.jsonl", file);
    expect(await fresh.json("baseline", "import", "good.jsonl", "--yes", ...WHY)).toMatchObject({
      done: true,
      hosts: 2,
      added: 2,
      outside: 0,
      others: [],
      kept: 0,
      closes: [],
    });
    expect(await exportOf(fresh)).toBe(file);
  });

  it("leaves out hosts that are not scanned here, and counts them", async () => {
    const at = await withFile();
    put(at, "more.jsonl", at.file.replace('{"end"', '{"host":"192.0.2.9","scans":9,"days":9}\n{"end"'));
    const { out } = await at.tripline("baseline", "import", "more.jsonl");
    expect(out).toContain("1 host of the file is not scanned here, and not imported.");
    expect((await at.tripline("baseline", "diff", "more.jsonl")).out).toContain("not scanned here, and not compared.");
  });

  it("takes a file of another segment only when it is named", async () => {
    const at = await withFile();
    put(at, "dmz.jsonl", at.file.replace('"segment":"office"', '"segment":"dmz"'));
    expect(await at.tripline("baseline", "import", "dmz.jsonl")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/the file is of the segment "dmz", not of "office" \(TL479\)[^]*--segment-from "dmz"/),
    });
    expect(await at.tripline("baseline", "import", "dmz.jsonl", "--segment-from", "dmz")).toMatchObject({ code: 0 });
    expect(await at.tripline("baseline", "import", "dmz.jsonl", "--segment-from", "lab")).toMatchObject({ code: 2 });
    expect((await at.tripline("baseline", "diff", "dmz.jsonl")).out).toContain("The file is of the segment dmz.");
  });

  it.each([
    { what: "something else", file: "segment: office\n", code: "TL476" },
    { what: "a newer version", edit: (text: string) => text.replace('"version":1', '"version":7'), code: "TL476" },
    {
      what: "a damaged line",
      edit: (text: string) => text.replace('{"port":"22/tcp"', '{"port":"22/tcp'),
      code: "TL477",
    },
    {
      what: "a port that is said twice",
      edit: (text: string) => text.replace(/(\{"port":"80.*\n)/, "$1$1"),
      code: "TL477",
    },
    { what: "a line without end", file: `{"tripline":"baseline","version":1${" ".repeat(2_000_000)}`, code: "TL477" },
    { what: "only hosts of elsewhere", edit: (text: string) => text.replaceAll("10.0.0.", "192.0.2."), code: "TL479" },
  ])("of $what is refused with $code, and nothing is changed", async ({ file, edit, code }) => {
    const at = await withFile();
    const before = await exportOf(at);
    put(at, "bad.jsonl", file ?? edit?.(at.file) ?? "");
    const refused = await at.tripline("baseline", "import", "bad.jsonl", "--yes", ...WHY);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toContain(`(${code})`);
    expect(refused.err).toMatch(/effect {2}.*\n {2}fix {5}/);
    expect(await exportOf(at)).toBe(before);
    expect(await auditOf(at)).toEqual([]);
  });

  it("of a file that is too large, a directory and a missing file is refused before it is read", async () => {
    const at = await office(QUIET);
    const file = openSync(join(at.directory, "large.jsonl"), "w");
    ftruncateSync(file, 65 * 1024 * 1024);
    closeSync(file);
    mkdirSync(join(at.directory, "folder"));
    for (const [name, code] of [
      ["large.jsonl", "TL478"],
      ["folder", "TL301"],
      ["missing.jsonl", "TL301"],
    ] as const) {
      const refused = await at.tripline("baseline", "import", name);
      expect(refused).toMatchObject({ code: 2, err: expect.stringContaining(`(${code})`) });
      expect(await at.tripline("baseline", "diff", name)).toMatchObject({ code: 2 });
    }
  });

  it.each([
    { words: ["good.jsonl", "--yes"], says: "needs --reason and --by" },
    { words: ["good.jsonl", "--yes", "--dry-run", ...WHY], says: "--yes or --dry-run, not both" },
    { words: [], says: "missing required argument" },
  ])("$words is wrong usage: $says", async ({ words, says }) => {
    const at = await withFile();
    expect(await at.tripline("baseline", "import", ...words)).toMatchObject({
      code: 2,
      err: expect.stringContaining(says),
    });
  });

  it("fits a page of 80 columns", async () => {
    const at = await withFile();
    const { out } = await at.tripline("baseline", "import", "good.jsonl");
    const prose = out.split("\n").filter((line) => !line.includes("port-opened"));
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(readFileSync(join(at.directory, "good.jsonl"), "utf8")).toBe(at.file);
  });
});
