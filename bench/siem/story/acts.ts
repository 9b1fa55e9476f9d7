import { parseConfig } from "../../../test/support/configuration.ts";
import { recordReload } from "../../../src/app/agent/record-reload.ts";
import { CHANGES } from "../../../src/app/operations/registry.ts";
import type { Desk } from "../../../src/app/operations/operation.ts";
import { problemLines } from "../../../src/config/problems.ts";
import type { Anomaly } from "../../../src/domain/anomaly.ts";

/** What people do between two scans. */
export interface Act {
  /** After the first scan of this moment, in days from the begin of the story. */
  readonly day: number;
  readonly does: (desk: Desk) => Promise<unknown>;
}

const BY = "m.analyst";
const DAY_MS = 86_400_000;
const DURING = { signal: new AbortController().signal };

export const IN_THE_FIELD: readonly Act[] = [
  { day: 8.9, does: onOpen("highest", (desk, { id }) => mute(desk, id)) },
  { day: 9.1, does: onOpen("highest", (desk, { id }) => accept(desk, id)) },
  { day: 9.4, does: onOpen("lowest", (desk, { id }) => accept(desk, id)) },
  { day: 9.9, does: onOpen("highest", (desk, { id }) => close(desk, id)) },
  { day: 10.1, does: rejectedConfiguration },
  { day: 11.1, does: onOpen("highest", (desk, { id }) => acknowledge(desk, id)) },
];

export const IN_THE_OFFICE: readonly Act[] = [
  { day: 9.1, does: onOpen("highest", (desk, { id }) => accept(desk, id)) },
  { day: 12.9, does: (desk) => CHANGES.learn.run(desk, { by: BY, reason: "network rebuilt" }, DURING) },
];

type OnOne = (desk: Desk, anomaly: Anomaly) => Promise<unknown>;

/** On the open anomaly with the highest or lowest score; of equals, the first by id. */
function onOpen(which: "highest" | "lowest", run: OnOne): Act["does"] {
  return async (desk) => {
    const { segment } = desk.loaded.config;
    const open = await desk.store.history.anomalies({ segment, states: ["open"], since: null });
    const sorted = open.toSorted((a, b) => b.score.value - a.score.value || (a.id < b.id ? -1 : 1));
    const one = which === "highest" ? sorted[0] : sorted.at(-1);
    if (one === undefined) throw new Error(`nothing is open in ${segment}, so there is nothing to act on`);
    await run(desk, one);
  };
}

function accept(desk: Desk, id: string): Promise<unknown> {
  return CHANGES.accept.run(desk, { id, by: BY, reason: "CHG-4711: planned" }, DURING);
}

function mute(desk: Desk, id: string): Promise<unknown> {
  const until = desk.runtime.clock.now() + 2 * DAY_MS;
  return CHANGES.mute.run(desk, { id, until, by: BY, reason: "CHG-4712: under review" }, DURING);
}

function close(desk: Desk, id: string): Promise<unknown> {
  return CHANGES.close.run(desk, { id, as: "real", by: BY, reason: "INC-17: handled" }, DURING);
}

function acknowledge(desk: Desk, id: string): Promise<unknown> {
  return CHANGES.ack.run(desk, { id, by: BY, reason: "looking at it" }, DURING);
}

/** Somebody edits the file and makes a mistake: the agent refuses it as it does at every reload. */
async function rejectedConfiguration(desk: Desk): Promise<void> {
  const { directory } = desk.loaded;
  const read = parseConfig("segment: dmz-fra\ntargets: 7\n", { path: null, directory, environment: {}, now: 1 });
  if (read.ok) throw new Error("that configuration must be refused");
  const [reason = "unreadable"] = problemLines("tripline.yaml", read.error.problems);
  await recordReload(desk, { kind: "config-rejected", reason, asker: undefined });
}
