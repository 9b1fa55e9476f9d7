import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { directoryWith, run } from "../cli/command-line.ts";
import { read } from "../events/loose.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";

const FOUND = [
  "banner-changed 127.0.10.3:8110/tcp",
  "port-moved 127.0.10.1:8081/tcp",
  "service-mismatch 127.0.10.3:8021/tcp",
  "undeclared-port 127.0.10.2:4444/tcp",
  "version-downgraded 127.0.10.1:8022/tcp",
];

describeWith(installedNmap(), "tripline demo", () => {
  test("finds exactly what changed, learns nothing from the killed scan, and delivers every event", {
    timeout: 120_000,
  }, async () => {
    const directory = directoryWith({});
    const demo = await run(["demo", "--keep", "demo", "--no-color"], directory);
    expect(demo).toMatchObject({ code: 0, err: "" });
    expect(demo.out).toMatch(/killed in the middle[^]*failed: .*SIGKILL.* — nothing absent was concluded/);
    // Once when they open; the scan after it says nothing new.
    expect(demo.out.match(/ opened /g)).toHaveLength(FOUND.length);

    const list = await run(["anomalies", "list", "--json", "-c", "demo/tripline.yaml"], directory);
    const open: { kind: string; host: { ip: string }; port: { number: number; protocol: string } }[] = JSON.parse(
      list.out,
    );
    const found = open.map(({ kind, host, port }) => `${kind} ${host.ip}:${port.number}/${port.protocol}`);
    expect(found.toSorted()).toEqual(FOUND);

    const lines = readFileSync(join(directory, "demo", ".tripline", "events.ndjson"), "utf8")
      .trimEnd()
      .split("\n");
    const outbox = await run(["outbox", "status", "--json", "-c", "demo/tripline.yaml"], directory);
    expect(JSON.parse(outbox.out)).toMatchObject({ rows: lines.length, sinks: [{ pending: 0, deadLetters: 0 }] });
    const alerts = lines.map(read).filter((event) => event.event.kind === "alert");
    expect(alerts.map((event) => event.event.action)).toEqual(
      expect.arrayContaining(["undeclared-port", "version-downgraded"]),
    );
  });
});
