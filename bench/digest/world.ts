import { rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { OperationFailure } from "../../src/app/failure.ts";
import { accept } from "../../src/app/operations/accept.ts";
import { learn } from "../../src/app/operations/learn.ts";
import { mute } from "../../src/app/operations/mute.ts";
import type { Desk } from "../../src/app/operations/operation.ts";
import { scanRecorded } from "../../src/app/operations/scan-recorded.ts";
import { createRuntime } from "../../src/app/runtime.ts";
import { unmute } from "../../src/app/operations/unmute.ts";
import { CONFIG_FORMAT } from "../../src/app/config-format.ts";
import { type LoadedConfig, parseConfig } from "../../src/config/load.ts";
import type { Anomaly } from "../../src/domain/anomaly.ts";
import type { Result } from "../../src/lib/result.ts";
import type { AnomalyKind } from "../../src/domain/kinds/catalogue.ts";
import { type Recording, START_MS, xmlOf } from "../../test/recorded/recording.ts";
import type { Json } from "./canonical.ts";
import { onFixedMachine } from "./fixed-machine.ts";

const MINUTE = 60_000;
const SEGMENT = "recorded";
const OPERATOR = { by: "m.analyst", reason: "CHG-4711" };

export interface WorldOptions {
  readonly learnScans?: number;
  /** YAML below `segment` and `targets`; default: no configuration at all. */
  readonly config?: string;
}

/** An installation that reads recorded scans half an hour apart and keeps its state, with an operator at its side. */
export interface World {
  scan(...recordings: readonly Recording[]): Promise<void>;
  /** Other lines in the configuration from now on. */
  configure(yaml: string): void;
  /** A file beside the configuration; null takes it away. */
  file(name: string, text: string | null): void;
  /** What an operator does with every anomaly of a kind that is not over. */
  accept(kind: AnomalyKind): Promise<void>;
  /** `hours` from now on. */
  mute(kind: AnomalyKind, hours: number): Promise<void>;
  unmute(): Promise<void>;
  relearn(): Promise<void>;
  events(): Promise<readonly Json[]>;
}

/** A world in an empty directory. */
export function makeWorld(directory: string, options: WorldOptions = {}): World {
  const state = join(directory, "state");
  let yaml = options.config ?? null;
  let n = 0;
  const now = () => START_MS + n * 30 * MINUTE - 10 * MINUTE;
  // Each act has a second of its own: what happens in the same millisecond would get the same id.
  let acts = 0;
  const act = (run: () => Promise<unknown>) => onFixedMachine(now() + 1000 * acts++, run);
  const atDesk = (run: (desk: Desk) => Promise<void>) => withDesk(state, loadedFrom(yaml ?? "", directory), run);
  const eachOpen = (kind: AnomalyKind, run: (desk: Desk, anomaly: Anomaly) => Promise<unknown>) =>
    atDesk(async (desk) => {
      for (const anomaly of await present(desk, kind)) await act(() => run(desk, anomaly));
    });
  return {
    scan: async (...recordings) => {
      for (const recording of recordings) {
        const file = join(directory, `${n}.xml`);
        writeFileSync(file, xmlOf(recording, n));
        n += 1;
        const loaded = yaml === null ? null : loadedFrom(yaml, directory);
        await onFixedMachine(now(), () => scanOne(file, { state, loaded, learnScans: options.learnScans ?? 1 }));
      }
    },
    configure: (text) => {
      yaml = text;
    },
    file: (name, text) => {
      if (text === null) rmSync(join(directory, name));
      else writeFileSync(join(directory, name), text);
    },
    accept: (kind) => eachOpen(kind, async (desk, { id }) => done(await accept(desk, { id, ...OPERATOR }))),
    mute: (kind, hours) =>
      eachOpen(kind, async (desk, { id }) =>
        done(await mute(desk, { id, until: now() + hours * 60 * MINUTE, ...OPERATOR })),
      ),
    unmute: () =>
      atDesk(async (desk) => {
        for (const { id } of await desk.store.cycles.loadMutes())
          await act(async () => done(await unmute(desk, { id, ...OPERATOR })));
      }),
    relearn: () => atDesk((desk) => act(async () => done(await learn(desk, OPERATOR))).then(() => undefined)),
    events: () => eventsOf(state),
  };
}

interface Scan {
  readonly state: string;
  readonly loaded: LoadedConfig | null;
  readonly learnScans: number;
}

async function scanOne(file: string, { state, loaded, learnScans }: Scan): Promise<void> {
  const result = await scanRecorded(
    { runtime: createRuntime(), loaded, stateDirectory: state },
    { files: [file], names: [basename(file)], learnScans, learn: true, emit: false },
    { signal: new AbortController().signal },
  );
  done(result);
}

function done(result: Result<unknown, OperationFailure>): void {
  if (!result.ok) throw new Error(result.error.what);
}

function loadedFrom(yaml: string, directory: string): LoadedConfig {
  const text = `segment: ${SEGMENT}\ntargets: [10.0.0.0/23]\n${yaml}`;
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: START_MS, format: CONFIG_FORMAT });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}

async function withDesk(state: string, loaded: LoadedConfig, run: (desk: Desk) => Promise<void>): Promise<void> {
  const store = stateOf(state);
  try {
    // Made on that machine: it asks for the name.
    const runtime = await onFixedMachine(START_MS, () => Promise.resolve(createRuntime()));
    await run({ runtime, loaded, stateDirectory: state, store });
  } finally {
    store.close();
  }
}

async function present({ store }: Desk, kind: AnomalyKind): Promise<readonly Anomaly[]> {
  const found = await store.history.anomalies({ segment: SEGMENT, states: ["open"], since: null });
  const wanted = found.filter((anomaly) => anomaly.kind === kind);
  if (wanted.length === 0) throw new Error(`no open ${kind}`);
  return wanted;
}

async function eventsOf(state: string): Promise<readonly Json[]> {
  const store = stateOf(state);
  try {
    const rows = await store.outbox.readAfter(0, { maxRows: 1_000_000, maxBytes: 1024 ** 3 });
    return rows.map((row) => JSON.parse(row.body) as Json);
  } finally {
    store.close();
  }
}

function stateOf(directory: string) {
  const opened = createRuntime().openState(directory, "write");
  if (!opened.ok) throw new Error(opened.error.what);
  return opened.value;
}
