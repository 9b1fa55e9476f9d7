import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ScanJson } from "../../src/report/json/scan.ts";
import { openState } from "../support/runtime.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import { parseConfig } from "../support/configuration.ts";
import { tempDir } from "../support/temp-dir.ts";
import { play } from "./play.ts";
import type { Recording } from "./recording.ts";

interface EventBody {
  readonly message: string;
  readonly event: { readonly kind: string; readonly action: string; readonly risk_score?: number };
  readonly server?: { readonly ip: string; readonly port?: number };
  readonly tripline: {
    readonly anomaly?: { readonly transition: string };
    readonly declared?: {
      readonly first_look?: boolean;
      readonly source?: { readonly file: string; readonly line?: number };
    };
  };
}

/** What one scan of an office with declarations sent to the SIEM. */
export interface Told {
  /** `event.kind: alert`, as `kind address:port`. */
  readonly alerts: readonly string[];
  /** `file: message` of the first looks. */
  readonly summaries: readonly string[];
  /** How many anomalies took each step. */
  readonly steps: Readonly<Record<string, number>>;
  readonly events: readonly EventBody[];
  readonly json: ScanJson;
}

export interface Office {
  readonly directory: string;
  readonly state: string;
  /** Writes an inventory, or writes it again. */
  inventory(file: string, rows: readonly string[]): void;
  /** One more recorded scan, half an hour later. `declared` is the YAML of the section; null: no section. */
  scan(recording: Recording, declared: string | null, more?: string): Promise<Told>;
}

/** An installation that reads recorded scans one by one and keeps its state. */
export function office(from = 0): Office {
  const directory = tempDir();
  const state = join(directory, "state");
  let n = from;
  let seq: number | null = null;
  return {
    directory,
    state,
    inventory: (file, rows) =>
      writeFileSync(join(directory, file), ["host,port,proto,service", ...rows, ""].join("\n")),
    scan: async (recording, declared, more = "") => {
      const loaded = config(directory, declared, more);
      seq ??= existsSync(state) ? (await eventsAfter(state, 0)).seq : 0;
      const json = await play([recording], { state, loaded, from: n++, learnScans: 1 });
      const found = await eventsAfter(state, seq);
      seq = found.seq;
      return { ...digest(found.events), json };
    },
  };
}

function config(directory: string, declared: string | null, more: string): LoadedConfig {
  const section = declared === null ? "" : `declared: ${declared}\n`;
  const text = `segment: recorded\ntargets: [10.0.0.0/23]\n${more}${section}`;
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}

async function eventsAfter(
  state: string,
  seq: number,
): Promise<{ readonly seq: number; readonly events: readonly EventBody[] }> {
  const opened = openState(state, "write");
  if (!opened.ok) throw new Error(opened.error.what);
  try {
    const rows = await opened.value.outbox.readAfter(seq, { maxRows: 100_000, maxBytes: 1024 ** 3 });
    return { seq: rows.at(-1)?.seq ?? seq, events: rows.map((row) => JSON.parse(row.body) as EventBody) };
  } finally {
    opened.value.close();
  }
}

function digest(events: readonly EventBody[]): Omit<Told, "json"> {
  const steps: Record<string, number> = {};
  for (const { tripline } of events) {
    const step = tripline.anomaly?.transition;
    if (step !== undefined) steps[step] = (steps[step] ?? 0) + 1;
  }
  const first = events.filter((one) => one.event.action === "declaration-evaluated");
  return {
    alerts: events.filter((one) => one.event.kind === "alert").map(nameOf),
    summaries: first.map((one) => `${one.tripline.declared?.source?.file}: ${one.message}`),
    steps,
    events,
  };
}

function nameOf({ event, server }: EventBody): string {
  return `${event.action} ${server?.ip}${server?.port === undefined ? "" : `:${server.port}`}`;
}
