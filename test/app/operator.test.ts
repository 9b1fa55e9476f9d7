import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { accept } from "../../src/app/operations/accept.ts";
import { anomalyByPrefix } from "../../src/app/operations/find-anomaly.ts";
import { learn } from "../../src/app/operations/learn.ts";
import { mute } from "../../src/app/operations/mute.ts";
import { unmute } from "../../src/app/operations/unmute.ts";
import type { Desk } from "../../src/app/operations/operation.ts";
import { scanRecorded } from "../../src/app/operations/scan-recorded.ts";
import type { OpenState } from "../../src/app/runtime.ts";
import { openState, siteOf } from "../support/runtime.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import { parseConfig } from "../support/configuration.ts";
import { assertEcsEvent } from "../support/ecs-check.ts";
import { nmapXml } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";

const OPERATOR = { by: "m.analyst", reason: "CHG-4711" };

function config(directory: string): LoadedConfig {
  const loaded = parseConfig("segment: ops\ntargets: [10.0.0.0/24]\n", {
    path: null,
    directory,
    environment: {},
    now: 1,
  });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}

/** A segment in which port 4444 opened in the second of `scans` scans. */
async function scanned(directory: string, scans: number): Promise<LoadedConfig> {
  const loaded = config(directory);
  const files = Array.from({ length: scans }, (_, n) => {
    const file = join(directory, `${n}.xml`);
    const ports = [{ port: 22 }, ...(n > 0 ? [{ port: 4444 }] : [])];
    const start = 1_763_629_200 + n * 1800;
    const scaninfo = [{ type: "syn", protocol: "tcp", services: "1-100,4444" }];
    writeFileSync(file, nmapXml({ hosts: [{ address: "10.0.0.5", ports }], start, finished: start + 60, scaninfo }));
    return file;
  });
  const result = await scanRecorded(
    siteOf(loaded, join(directory, "state")),
    { files, names: files, learnScans: 1, learn: true, emit: false },
    { signal: new AbortController().signal },
  );
  if (!result.ok) throw new Error(result.error.what);
  return loaded;
}

function open(directory: string): OpenState {
  const opened = openState(join(directory, "state"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  return opened.value;
}

function deskOf(directory: string, loaded: LoadedConfig, store: OpenState): Desk {
  return { ...siteOf(loaded, join(directory, "state")), store };
}

async function newEvents(store: OpenState, after: number): Promise<readonly string[]> {
  return (await store.outbox.readAfter(after, { maxRows: 1000, maxBytes: 1e9 })).map((row) => row.body);
}

it("accept closes the anomaly, moves the reference, and leaves an audit row and two events", async () => {
  const directory = tempDir();
  const loaded = await scanned(directory, 2);
  const store = open(directory);
  const [anomaly] = await store.history.anomalies({ segment: "ops", states: ["open"], since: null });
  if (anomaly === undefined) throw new Error("the port was not found");
  const { lastSeq } = await store.outbox.status();
  const accepted = await accept(deskOf(directory, loaded, store), { id: anomaly.id.slice(0, 10), ...OPERATOR });
  expect(accepted).toEqual({ ok: true, value: { id: anomaly.id, kind: "port-opened" } });
  const events = await newEvents(store, lastSeq);
  for (const body of events) assertEcsEvent(body);
  expect(events.map((body) => JSON.parse(body).event.action)).toEqual(["port-opened", "anomaly-accepted"]);
  expect((await store.history.anomaly(anomaly.id))?.state).toBe("accepted");
  expect(await store.history.audit(1)).toMatchObject([
    { kind: "anomaly-accepted", by: "m.analyst", reason: "CHG-4711", after: "accepted" },
  ]);
  const [host] = (await store.cycles.loadBaseline("ops")).hosts.values();
  expect(host?.ports.get("tcp/4444")?.reference).toBe("open");
  store.close();
});

it("a mute silences until its end, and the anomaly names it", async () => {
  const directory = tempDir();
  const loaded = await scanned(directory, 2);
  const store = open(directory);
  const [anomaly] = await store.history.anomalies({ segment: "ops", states: ["open"], since: null });
  if (anomaly === undefined) throw new Error("the port was not found");
  const desk = deskOf(directory, loaded, store);
  const made = await mute(desk, { id: anomaly.id, until: 4_000_000_000_000, ...OPERATOR });
  if (!made.ok) throw new Error(made.error.what);
  expect(await store.history.anomaly(anomaly.id)).toMatchObject({ state: "muted", mute: { id: made.value.id } });
  expect(await store.cycles.loadMutes()).toMatchObject([{ by: "m.analyst", reason: "CHG-4711" }]);
  expect(await unmute(desk, { id: made.value.id.slice(0, 8), ...OPERATOR })).toEqual({
    ok: true,
    value: { id: made.value.id },
  });
  expect(await store.history.anomaly(anomaly.id)).toMatchObject({ state: "open", mute: null });
  expect(await unmute(desk, { id: made.value.id, ...OPERATOR })).toMatchObject({ ok: false, error: { code: "TL602" } });
  store.close();
});

it("learning anew forgets how much was learned", async () => {
  const directory = tempDir();
  const loaded = await scanned(directory, 3);
  const store = open(directory);
  expect((await store.cycles.loadBaseline("ops")).scans).toBe(3);
  expect(await learn(deskOf(directory, loaded, store), OPERATOR)).toEqual({ ok: true, value: { segment: "ops" } });
  expect((await store.cycles.loadBaseline("ops")).scans).toBe(0);
  store.close();
});

it("an id that fits no anomaly is a usage error with the way out", async () => {
  const directory = tempDir();
  const loaded = await scanned(directory, 2);
  const store = open(directory);
  const found = await anomalyByPrefix({ store, loaded }, "zzzz");
  expect(found).toMatchObject({ ok: false, error: { exit: 2, fix: expect.stringContaining("anomalies list") } });
  store.close();
});

it("a second process may read the state while it is held, and is refused to write with the pid of the holder", async () => {
  const directory = tempDir();
  await scanned(directory, 1);
  const store = open(directory);
  const reader = openState(join(directory, "state"), "read");
  expect(reader.ok).toBe(true);
  if (reader.ok) reader.value.close();
  const writer = openState(join(directory, "state"), "write");
  expect(writer.ok ? "" : writer.error.what).toContain(String(process.pid));
  store.close();
});
