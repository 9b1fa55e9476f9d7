import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { follow } from "./follow.ts";
import { host, office, type Office } from "./support/people.ts";

/** One scan learned, then a port opens on one host, another one on a second. */
function twoNews(): Promise<Office> {
  const named = (...ports: readonly number[]) => ({ ...host("10.0.0.5", ...ports), names: ["nas.example.org"] });
  return office([named(22), host("10.0.0.6", 22)], [named(22, 4444), host("10.0.0.6", 22, 80)]);
}

interface Ecs {
  readonly event: { readonly action: string; readonly id: string };
  readonly host?: { readonly ip: readonly string[] };
}

function documents(out: string): readonly Ecs[] {
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Ecs => JSON.parse(line));
}

const told = (out: string) => documents(out).map(({ event, host: of }) => [event.action, ...(of?.ip ?? [])].join(" "));

describe("tripline events shows what its filters match, as outputs get it", () => {
  it.each([
    { words: ["--family", "anomaly"], found: ["port-opened 10.0.0.5", "port-opened 10.0.0.6"] },
    { words: ["--family", "anomaly", "--host", "10.0.0.6"], found: ["port-opened 10.0.0.6"] },
    { words: ["--kind", "port-opened", "--host", "NAS.example.org"], found: ["port-opened 10.0.0.5"] },
    { words: ["--kind", "port-opened", "--host", "10.0.0.4/31"], found: ["port-opened 10.0.0.5"] },
    { words: ["--kind", "scan-completed"], found: ["scan-completed", "scan-completed"] },
    { words: ["--kind", "scan-completed", "--last", "1"], found: ["scan-completed"] },
    { words: ["--kind", "host-observed", "--host", "10.0.0.6", "--last", "1"], found: ["host-observed 10.0.0.6"] },
    { words: ["--severity", "critical,high,medium,low"], found: ["port-opened 10.0.0.5", "port-opened 10.0.0.6"] },
    { words: ["--kind", "port-closed"], found: [] },
    { words: ["--since", "2036-01-01"], found: [] },
  ])("$words → $found", async ({ words, found }) => {
    const { tripline } = await twoNews();
    const { code, out, err } = await tripline("events", "--json", ...words);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(told(out)).toEqual(found);
  });

  it("one line per event for people, and without the inventory", async () => {
    const { tripline } = await twoNews();
    const { out } = await tripline("events");
    expect(out).toMatch(/^2025-11-20T09:\d\d:\S+Z +\S+ +port-opened +.*4444\/tcp/m);
    expect(out).toMatch(/^2025-11-20T09:\d\d:\S+Z +— +scan-completed +/m);
    expect(out).not.toContain("observed");
  });

  it.each([
    { words: ["--kind", "port-opend"], says: 'It does not know "port-opend"; did you mean "port-opened"?' },
    { words: ["--severity", "hihg"], says: 'did you mean "high"?' },
    { words: ["--family", "anomalies"], says: 'did you mean "anomaly"?' },
    { words: ["--last", "0"], says: "whole number" },
    { words: ["--host", "10.0.0.999"], says: "--host takes an address, a network or a name" },
    { words: ["-o", "events.json"], says: "events are written to standard output" },
  ])("$words is refused: $says", async ({ words, says }) => {
    const { tripline } = await twoNews();
    const { code, out, err } = await tripline("events", ...words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(says);
  });
});

function following({ directory }: Office, ...words: readonly string[]): ChildProcess {
  const bin = resolve("bin/tripline.cjs");
  const config = join(directory, "tripline.yaml");
  const child = spawn(process.execPath, [bin, "events", "--follow", "-c", config, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** A third scan, in which the first host is as it was at first. */
const CALM = [{ ...host("10.0.0.5", 22), names: ["nas.example.org"] }, host("10.0.0.6", 22, 80)];

describe("tripline events --follow", () => {
  it("says that no agent runs, shows what comes from then on and nothing before, and ends with 130 at Ctrl-C", async () => {
    const here = await twoNews();
    const child = following(here, "--json");
    const said = follow(child);
    await said.until("no agent runs on this state");
    await here.scan(CALM);
    await said.until("scan-completed");
    const out = said.text().slice(said.text().indexOf("{"));
    const before = documents((await here.tripline("events", "--json", "--last", "1000")).out);
    const fresh = documents(out);
    expect(fresh.length).toBeGreaterThan(0);
    expect(before.slice(-fresh.length)).toEqual(fresh);
    expect(fresh.length).toBeLessThan(before.length);
    child.kill("SIGINT");
    expect(await once(child, "close")).toEqual([130, null]);
  });

  it("begins with the past that is asked for", async () => {
    const child = following(await twoNews(), "--last", "1", "--kind", "port-opened");
    const said = follow(child);
    await said.until("80/tcp");
    expect(
      said
        .text()
        .split("\n")
        .filter((line) => line.includes("port-opened")),
    ).toHaveLength(1);
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([143, null]);
  });

  it("ends by itself, without a word, when the reader of its pipe has left", async () => {
    const here = await twoNews();
    const child = following(here);
    let err = "";
    child.stderr?.on("data", (chunk: Buffer) => (err += chunk.toString()));
    const said = new Promise<void>((done) => child.stderr?.once("data", () => done()));
    const ended = once(child, "close");
    await said;
    child.stdout?.destroy();
    await here.scan(CALM);
    expect(await ended).toEqual([0, null]);
    expect(err).not.toMatch(/EPIPE|unexpected/);
  });
});
