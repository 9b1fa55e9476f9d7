import { countVerdicts, VERDICT_WINDOW_MS } from "../../domain/verdicts.ts";
import type { Telemetry } from "../../telemetry/happenings.ts";
import type { OpenState } from "../runtime.ts";

/** What the health server asks. */
export interface HealthSource {
  /** False only when the store no longer answers: an unreachable output must not restart the agent. */
  alive(): { readonly ok: boolean; readonly reason: string };
  /** False also while an output is stopped: somebody must act, but a restart would change nothing. */
  ready(): { readonly ok: boolean; readonly reason: string };
  /** Prometheus text. */
  metrics(): string;
}

/** A server that answers from a {@link HealthSource}. */
export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface Watched {
  readonly store: OpenState;
  readonly telemetry: Telemetry;
  /** What a person should know although the agent is well; null: nothing. */
  readonly note: () => string | null;
  /** UTC ms. */
  readonly now: () => number;
}

const STATES = ["running", "backing-off", "stopped", "disabled"] as const;
/** How often the outbox is read; a request never waits for the disk. */
const LOOK_EVERY_MS = 2_000;

/** One that is older than the window goes down to zero instead of staying as it was. */
async function verdictsOf(store: OpenState, now: number): Promise<readonly (readonly [string, string, number])[]> {
  const all = countVerdicts(await store.history.verdicts(0));
  const recent = new Map(
    countVerdicts(await store.history.verdicts(now - VERDICT_WINDOW_MS)).map((one) => [one.kind, one]),
  );
  return all.flatMap(({ kind }) => [
    ["normal", kind, recent.get(kind)?.normal ?? 0] as const,
    ["real", kind, recent.get(kind)?.real ?? 0] as const,
  ]);
}

/** Answers from memory; fails only when the store no longer answers. */
export function watchHealth({ store, telemetry, note, now }: Watched): HealthSource {
  let failure: string | null = null;
  let stopped: readonly string[] = [];
  const look = async () => {
    try {
      const status = await store.outbox.status();
      for (const [verdict, kind, count] of await verdictsOf(store, now()))
        telemetry.metrics.set("tripline_verdicts", count, { kind, verdict });
      failure = null;
      stopped = status.sinks.filter((sink) => sink.state === "stopped").map((sink) => sink.name);
      telemetry.metrics.set("tripline_outbox_rows", status.rows);
      for (const sink of status.sinks) {
        telemetry.metrics.set("tripline_sink_lag_rows", sink.pending, { sink: sink.name });
        telemetry.metrics.set("tripline_dead_letters", sink.deadLetters, { sink: sink.name });
        for (const state of STATES) {
          telemetry.metrics.set("tripline_sink_state", sink.state === state ? 1 : 0, { sink: sink.name, state });
        }
      }
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
  };
  void look();
  setInterval(() => void look(), LOOK_EVERY_MS).unref();
  const alive = () => ({ ok: failure === null, reason: failure ?? note() ?? "the store answers" });
  return {
    alive,
    ready: () => {
      const trouble = stopped.map((name) => `output ${name} is stopped`).join("; ");
      return failure === null && trouble !== "" ? { ok: false, reason: trouble } : alive();
    },
    metrics: () => telemetry.metrics.render(),
  };
}
