import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventsOf, programAfter, recording, run, tripline } from "./program.ts";

function scanned(script: string, value: Record<string, string>, n: number): string {
  return recording({ port: 80, scripts: [{ id: script, output: "", value }] }, n);
}

test("after detector.md the new kind is scored, told, explained, accepted and in every document", async () => {
  const copy = programAfter("detector");
  expect(readFileSync(join(copy, "rules/scoring/default.yaml"), "utf8")).toContain("  title-changed: { per_day: 0.02");
  expect(run(copy, ["src/main.ts", "doctor", "--explain", "title-changed"])).toContain("title of the front page");

  const titled = (title: string, n: number) => scanned("http-title", { title }, n);
  const files = ["Shop", "Shop", "Login"].map(titled);
  expect(tripline(copy, "scan", "--from-xml", ...files, "--learn-scans", "1")).toMatchObject({
    anomalies: [{ kind: "title-changed", port: { number: 80 }, state: "open" }],
  });
  const [event] = await eventsOf(copy, "title-changed");
  expect(event.message).toContain("10.0.0.1");
  expect(event.rule).toMatchObject({
    name: "Title of a web page changed",
    reference: "docs/anomalies/title-changed.md",
  });

  const who = ["--reason", "edited", "--by", "me"];
  run(copy, ["src/main.ts", "--state", "state", "baseline", "accept", event.tripline.anomaly.id, ...who]);
  tripline(copy, "scan", "--from-xml", titled("Login", 3), "--learn-scans", "1");
  expect(await eventsOf(copy, "title-changed")).toHaveLength(2);
});

test("after nse-script.md its field is read, learned and remembered", () => {
  const copy = programAfter("nse-script");
  const files = ["a1", "a1", "b2"].map((md5, n) => scanned("http-favicon", { md5 }, n));
  tripline(copy, "scan", "--from-xml", ...files, "--learn-scans", "1");
  expect(tripline(copy, "hosts", "10.0.0.1")).toMatchObject([
    { ports: [{ fields: { http_favicon: { value: "a1", current: "b2" } } }] },
  ]);
});
