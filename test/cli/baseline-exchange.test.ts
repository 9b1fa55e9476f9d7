import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { host, office, type Office } from "./support/people.ts";

const QUIET = [host("10.0.0.5", 22, 80), host("10.0.0.6", 22)];
const NEWS = [host("10.0.0.5", 22, 80, 4444), host("10.0.0.6", 22), host("10.0.0.9", 22)];

async function exportOf(at: Office, name = "known-good.jsonl"): Promise<string> {
  const done = await at.tripline("baseline", "export", "--out", name);
  if (done.code !== 0) throw new Error(done.err);
  return readFileSync(join(at.directory, name), "utf8");
}

describe("baseline export", () => {
  it("has one line per host and port, sorted, and what nobody accepted is not in it", async () => {
    const at = await office(QUIET, NEWS);
    const lines = (await exportOf(at))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { tripline: "baseline", version: 1, segment: "office", scans: 2, days: 0 },
      { tcp: "1-100,4444,5555" },
      { host: "10.0.0.5", scans: 2, days: 0 },
      { port: "22/tcp", host: "10.0.0.5", scans: 2 },
      { port: "80/tcp", host: "10.0.0.5" },
      { host: "10.0.0.6" },
      { port: "22/tcp", host: "10.0.0.6" },
      { end: "baseline" },
    ]);
  });

  it("is the same file for the same state, byte by byte, on standard output too", async () => {
    const at = await office(QUIET, NEWS);
    const first = await exportOf(at);
    expect(await exportOf(at, "again.jsonl")).toBe(first);
    expect(await at.tripline("baseline", "export")).toEqual({ code: 0, out: first, err: "" });
    expect(await at.tripline("baseline", "export", "--out", "-")).toEqual({ code: 0, out: first, err: "" });
  });

  it("of some hosts says nothing about the segment", async () => {
    const at = await office(QUIET);
    const { out } = await at.tripline("baseline", "export", "--host", "10.0.0.6");
    const [segment, ...rest] = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(segment).toMatchObject({ part: true });
    expect(segment).not.toHaveProperty("scans");
    expect(rest.flatMap((line) => line.host ?? [])).toEqual(["10.0.0.6", "10.0.0.6"]);
  });

  it.each([
    { words: ["export", "--host", "10.0.0.300"], says: "--host takes an address, a network or a name", code: 2 },
    { words: ["export", "--out", "missing/known.jsonl"], says: "missing/known.jsonl cannot be written", code: 2 },
    { words: ["diff"], says: "missing required argument", code: 2 },
    { words: ["diff", "missing.jsonl"], says: "missing.jsonl cannot be read", code: 2 },
    { words: ["diff", "tripline.yaml"], says: "(TL476)", code: 2 },
  ])("baseline $words is refused: $says", async ({ words, says, code }) => {
    const { tripline } = await office(QUIET);
    const done = await tripline("baseline", ...words);
    expect(done).toMatchObject({ code, err: expect.stringContaining(says) });
  });
});

describe("baseline diff", () => {
  it("of its own export finds nothing", async () => {
    const at = await office(QUIET, NEWS);
    await exportOf(at);
    expect(await at.tripline("baseline", "diff", "known-good.jsonl", "--fail-on", "any")).toMatchObject({
      code: 0,
      err: "",
      out: "known-good.jsonl (2 hosts) and the baseline of office: no differences\n",
    });
  });

  it("says per host what only the file and what only the baseline has, at 80 columns", async () => {
    const at = await office(QUIET);
    const file = await exportOf(at);
    const edited = file
      .replace(/^.*"port":"80\/tcp".*\n/m, "")
      .replace('{"end"', '{"port":"443/tcp","host":"10.0.0.6","scans":1,"values":{"service":"https"}}\n{"end"');
    writeFileSync(join(at.directory, "edited.jsonl"), edited);
    const said = await at.tripline("baseline", "diff", "edited.jsonl");
    expect(said).toMatchObject({ code: 0, err: "" });
    expect(said.out).toMatch(/2 differences on 2 hosts/);
    expect(said.out).toMatch(/10\.0\.0\.5 +80\/tcp +here +open/);
    expect(said.out).toMatch(/10\.0\.0\.6 +443\/tcp +file +open https/);
    expect(Math.max(...said.out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect((await at.tripline("baseline", "diff", "edited.jsonl", "--fail-on", "any")).code).toBe(10);
    expect(await at.json("baseline", "diff", "edited.jsonl")).toMatchObject({
      hosts: 2,
      outside: 0,
      differences: [
        { address: "10.0.0.5", subject: "80/tcp", field: null, file: null },
        { address: "10.0.0.6", subject: "443/tcp", field: null, file: "open https", here: null },
      ],
    });
  });
});
