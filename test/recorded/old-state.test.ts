import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Office, office } from "./declared-state.ts";
import { host, open } from "./recording.ts";

/**
 * As version 0.1.0 left it after two scans of these hosts with this inventory: four findings were reported one by
 * one.
 */
const HOSTS = [host("10.0.0.1", open(22, 80, 111)), host("10.0.0.2", open(22, 80)), host("10.0.0.3", open(22))];
const ROWS = ["10.0.0.1,22,tcp,", "10.0.0.2,22,tcp,"];
const DECLARED = "[{ inventory: ./a.csv, complete_for: [10.0.0.0/29] }]";

function upgraded(): Office {
  const place = office(2);
  const packed = readFileSync(new URL("../fixtures/state/declared-0.1.0.db.gz", import.meta.url));
  mkdirSync(place.state, { mode: 0o700 });
  writeFileSync(join(place.state, "tripline.db"), gunzipSync(packed), { mode: 0o600 });
  place.inventory("a.csv", ROWS);
  return place;
}

describe("a state that knows nothing of first looks", () => {
  it("is opened, and what was told before is not told again", async () => {
    const place = upgraded();
    const told = await place.scan(HOSTS, DECLARED);
    expect(told.json).toMatchObject({ cycles: [{ anomalies: [] }], health: [], anomalies: [] });
    expect(told.events.map((one) => one.event.action)).toEqual(["scan-completed"]);
    expect((await place.scan(HOSTS, DECLARED)).events.map((one) => one.event.action)).toEqual(["scan-completed"]);
  });

  it("counts as evaluated: what opens is news, and what is over is not", async () => {
    const place = upgraded();
    const opened = [host("10.0.0.1", open(22, 80, 111, 444)), ...HOSTS.slice(1)];
    const { anomalies } = (await place.scan(opened, DECLARED)).json;
    expect(anomalies).toMatchObject([{ kind: "undeclared-port", port: { number: 444 }, notable: true }]);
    expect(anomalies[0]).not.toHaveProperty("firstLook");
    const bare = [host("10.0.0.1", open(22)), ...HOSTS.slice(1)];
    const told = [await place.scan(bare, DECLARED), await place.scan(bare, DECLARED)];
    expect(told.flatMap((one) => one.summaries)).toEqual([]);
    // That a server lost two services is news of its own; that they were not declared is over in silence.
    expect(told.flatMap((one) => one.alerts)).toEqual(["port-closed 10.0.0.1:80", "port-closed 10.0.0.1:111"]);
  });

  it("a source that is new to it has a first look of its own", async () => {
    const place = upgraded();
    place.inventory("b.csv", ["10.0.1.1,22,tcp,"]);
    const both = `[{ inventory: ./a.csv, complete_for: [10.0.0.0/29] }, { inventory: b.csv }]`;
    const told = await place.scan([...HOSTS, host("10.0.1.1", open(22, 80, 443))], both);
    expect(told.summaries).toEqual(["b.csv: First look at b.csv: 2 findings on 1 host; tripline drift lists them."]);
    expect(told.alerts.filter((alert) => alert.startsWith("undeclared"))).toEqual([]);
  });
});
