import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { directoryWith, run } from "../cli/command-line.ts";
import { read } from "../events/loose.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { startBusyLoops } from "../support/busy-loops.ts";

const FOUND = [
  "banner-changed 127.0.10.3:8110/tcp",
  "port-moved 127.0.10.1:8081/tcp",
  "service-mismatch 127.0.10.3:8021/tcp",
  "undeclared-port 127.0.10.2:4444/tcp",
  "version-downgraded 127.0.10.1:8022/tcp",
];

describeWith(installedNmap(), "tripline demo", () => {
  describe.each([
    ["alone", 0],
    ["beside four busy loops", 4],
  ])("%s", (_, busy) => {
    test("shows every scene, learns nothing from the killed scan, and delivers every event", async () => {
      const loops = startBusyLoops(busy);
      onTestFinished(() => loops.stop());
      const directory = directoryWith({});
      const demo = await run(["demo", "--keep", "demo", "--no-color"], directory);
      expect(demo).toMatchObject({ code: 0, err: "" });
      expect(demo.out).toMatch(/── 8 of 8 scenes shown\n( {2}shown .*\n){8}/);
      expect(demo.out).toMatch(/killed in the middle[^]*failed: .*SIGKILL.* — nothing was concluded from absence/);
      // Once when they open; the scan after it says nothing new.
      expect(demo.out.match(/ opened /g)).toHaveLength(FOUND.length);
      await expectAnomalies(directory);
      await expectDelivery(directory);
    });
  });

  test("fails, with the reason and the way out, when a scene cannot be shown", async () => {
    const nmap = resolve("test/fixtures/programs/nmap-unseen");
    const demo = await run(["demo", "--nmap", nmap, "--no-color"]);
    expect(demo.code).toBe(3);
    expect(demo.out).toMatch(
      / {2}MISSING {2}this scan is killed in the middle .*\n +nmap ended by itself before it could be killed\n/,
    );
    expect(demo.err).toMatch(/scenes? of the demo could not be shown.*\n {2}effect .*\n {2}fix {5}/);
  });

  test("without an nmap shows nothing and says which is missing", async () => {
    const demo = await run(["demo", "--nmap", "/opt/no/nmap"]);
    expect(demo).toMatchObject({ code: 69, out: "" });
    expect(demo.err).toContain("/opt/no/nmap");
  });
});

async function expectAnomalies(directory: string): Promise<void> {
  const list = await run(["anomalies", "list", "--json", "-c", "demo/tripline.yaml"], directory);
  const open: { kind: string; host: { ip: string }; port: { number: number; protocol: string } }[] = JSON.parse(
    list.out,
  );
  const found = open.map(({ kind, host, port }) => `${kind} ${host.ip}:${port.number}/${port.protocol}`);
  expect(found.toSorted()).toEqual(FOUND);
}

async function expectDelivery(directory: string): Promise<void> {
  const lines = readFileSync(join(directory, "demo", ".tripline", "events.ndjson"), "utf8")
    .trimEnd()
    .split("\n");
  const outbox = await run(["outbox", "status", "--json", "-c", "demo/tripline.yaml"], directory);
  expect(JSON.parse(outbox.out)).toMatchObject({ rows: lines.length, sinks: [{ pending: 0, deadLetters: 0 }] });
  const alerts = lines.map(read).filter((event) => event.event.kind === "alert");
  expect(alerts.map((event) => event.event.action)).toEqual(
    expect.arrayContaining(["undeclared-port", "version-downgraded"]),
  );
}
