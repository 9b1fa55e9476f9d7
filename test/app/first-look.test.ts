import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startListener } from "../../src/app/demo/services.ts";
import { scanLive } from "../../src/app/operations/scan-live.ts";
import { createRuntime, type OpenState } from "../../src/app/runtime.ts";
import { openState } from "../support/runtime.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import type { FinishedReport } from "../../src/pipeline/cycle-report.ts";
import { parseConfig } from "../support/configuration.ts";
import { tempDir } from "../support/temp-dir.ts";

const ADDRESSES = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `127.0.52.${n}`);
const PORTS = [8022, 8025, 8080, 8110];

function load(directory: string): LoadedConfig {
  const text = `segment: live
targets: [127.0.52.1-8]
ports: [4444, 8022, 8025, 8080, 8110]
pace: normal
os_detection: false
baseline: { learn: { scans: 1, at_least: 0s } }
declared: [{ inventory: inventory.csv, complete_for: [127.0.52.0/24] }]
`;
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}

async function listen(address: string, port: number): Promise<void> {
  const listener = await startListener(address, port, { banner: "220 quiet.example ESMTP Postfix\r\n" });
  onTestFinished(() => listener.stop().catch(() => undefined));
}

interface Place {
  readonly directory: string;
  readonly store: OpenState;
}

async function scan({ directory, store }: Place, only?: readonly string[]): Promise<FinishedReport> {
  const loaded = load(directory);
  const runtime = createRuntime({ ask: () => Promise.resolve([]) });
  const live = runtime.live(loaded, join(directory, "state"));
  if (!live.ok) throw new Error(live.error.what);
  const report = await scanLive(
    { runtime, loaded, store },
    {
      live: live.value,
      profile: "ports",
      learn: true,
      learnScans: null,
      signal: new AbortController().signal,
      only,
    },
  );
  if (!report.ok || report.value.state !== "finished") throw new Error("the scan did not finish");
  return report.value;
}

const looks = (report: FinishedReport) =>
  report.health.flatMap((notice) => (notice.kind === "declaration-evaluated" ? [notice.message] : []));
const notable = (report: FinishedReport) =>
  report.steps.flatMap(({ anomaly, notable: is }) =>
    is ? [`${anomaly.kind} ${anomaly.host?.address}:${anomaly.port?.number}`] : [],
  );

it("eight live hosts and an inventory that knows little of them: one summary, then only what changes", async () => {
  const directory = tempDir();
  const opened = openState(join(directory, "state"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  onTestFinished(() => opened.value.close());
  const place = { directory, store: opened.value };
  const rows = ADDRESSES.slice(0, 6).map((address) => `${address},8022,tcp,`);
  writeFileSync(join(directory, "inventory.csv"), ["host,port,proto,service", ...rows, ""].join("\n"));
  for (const address of ADDRESSES) for (const port of PORTS) await listen(address, port);

  const part = await scan(place, ADDRESSES.slice(0, 1));
  expect([part.steps.length, notable(part), looks(part)]).toEqual([3, [], []]);
  const first = await scan(place);
  expect(first.summary.completeness).toBe("complete");
  expect(notable(first)).toEqual([]);
  expect(first.steps).toHaveLength(17);
  expect(looks(first)).toEqual(["First look at inventory.csv: 20 findings on 8 hosts; tripline drift lists them."]);

  const second = await scan(place);
  expect([second.steps, looks(second)]).toEqual([[], []]);
  await listen("127.0.52.2", 4444);
  const third = await scan(place);
  expect([notable(third), looks(third)]).toEqual([["undeclared-port 127.0.52.2:4444"], []]);
});
