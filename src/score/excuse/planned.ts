import type { Anomaly } from "../../domain/anomaly.ts";
import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Excuse } from "../../domain/excuse.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { parsePortKey, type PortRef } from "../../domain/network.ts";
import { isNamed, isOnHost, isOnPort, type PlannedChange } from "../../domain/planned-change.ts";
import { isForeign, isHarm } from "./never.ts";
import { newsTime } from "./news-time.ts";

export interface PlannedInput {
  readonly view: CycleView;
  /** Those that are announced, in the order in which they were. */
  readonly changes: readonly PlannedChange[];
}

/** The announced change that explains news, the first of several; null: nobody announced it. */
export function plannedExcuse(
  deviation: Deviation,
  reported: Anomaly | null,
  { view, changes }: PlannedInput,
): Excuse | null {
  const { planned } = CATALOGUE[deviation.kind];
  if (planned === null || changes.length === 0) return null;
  // What was reported and cannot be learned stays so.
  if (planned === "lowered" && reported !== null && reported.excuse === undefined) return null;
  if (isHarm(view, deviation) || isForeign(view, deviation)) return null;
  const found = changes.find((change) => explains(change, deviation, { view, reported }));
  if (found === undefined) return null;
  const { id, ticket, by, until } = found;
  return { kind: "change", id, ticket, by, until, learned: planned === "learned" };
}

interface About {
  readonly view: CycleView;
  readonly reported: Anomaly | null;
}

function explains(change: PlannedChange, deviation: Deviation, { view, reported }: About): boolean {
  if (!isInPlace(change, deviation, view)) return false;
  if (isItsOwn(change, reported)) return reported?.excuse?.kind === "change" && staysExcused(change, reported, view);
  const { after, at } = newsTime(view, deviation, reported);
  return change.from <= at && after <= change.until;
}

function isItsOwn(change: PlannedChange, reported: Anomaly | null): boolean {
  return reported?.excuse?.kind === "change" && reported.excuse.id === change.id;
}

/** What waits for its declaration waits until the change ends. */
function staysExcused(change: PlannedChange, { excuse }: Anomaly, { context }: CycleView): boolean {
  return excuse?.kind === "change" && (excuse.learned || context.endedAt < change.until);
}

function isInPlace(change: PlannedChange, deviation: Deviation, view: CycleView): boolean {
  const { host, members = [] } = deviation;
  if (host === null) return false;
  if (CATALOGUE[deviation.kind].appears === "host")
    return isNamed(change.place, host) && showsOnly(change, host.id, view);
  const ports = members.length > 0 ? members.flatMap(portsOf) : portsOf(deviation);
  return ports.length > 0 && isOnHost(change, host) && ports.every((port) => isOnPort(change, port));
}

/** A newcomer brings what was announced for it; without ports it is the host that was announced, whatever it offers. */
function showsOnly(change: PlannedChange, id: string, { hosts }: CycleView): boolean {
  const open = hosts.find((one) => one.id === id)?.observation.ports.filter((port) => port.state === "open") ?? [];
  return change.ports.length === 0 || open.every((port) => isOnPort(change, port));
}

/** Both ends of a move. */
function portsOf({ port, subject, before, after }: Deviation): readonly PortRef[] {
  const own = port ?? parsePortKey(subject);
  if (own === null) return [];
  const others = [before.port, after.port].filter((number) => number !== undefined);
  return [own, ...others.map((number) => ({ transport: own.transport, number }))];
}
