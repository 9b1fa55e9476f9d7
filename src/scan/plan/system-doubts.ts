import type { CycleView, HostView } from "../../domain/cycle.ts";
import { readBestFamily } from "../../domain/fields/host-readings.ts";
import { isDeviating, isNormal } from "../../domain/fields/normal.ts";
import { hostMature } from "../../domain/maturity.ts";
import { familyLooks, familyLooksNeeded } from "../../domain/os-doubt.ts";
import type { SystemRequest } from "../../domain/ports/prober.ts";
import { closedPort } from "./closed-port.ts";
import { guardedPorts } from "./guard.ts";
import { includes } from "../../lib/intervals.ts";

/** nmap needs seconds for each; where more hosts are another system at once, it is not the hosts. */
const SYSTEMS_PER_CYCLE = 32;

/**
 * Known hosts that look like another family of systems are asked again in the same cycle, until it is certain. A guess
 * that was chance is corrected by the second look, and a shift is told a scan earlier.
 */
export function systemsToAsk(view: CycleView): readonly SystemRequest[] {
  if (view.vantage.state === "degraded" || view.relearned.has("os")) return [];
  const doubtful = view.hosts.filter((host) => isDoubtfulNow(view, host));
  return doubtful.flatMap(({ observation }) => questionTo(observation)).slice(0, SYSTEMS_PER_CYCLE);
}

function isDoubtfulNow({ context }: CycleView, { known, observation }: HostView): boolean {
  const family = known?.fields.get("os_best");
  const now = readBestFamily(observation);
  if (family === undefined || now === null || !hostMature(known, context.maturity, context.startedAt)) return false;
  // One look that shows the old family again does not end a shift either.
  if (isNormal("os_best", family, now)) return isDeviating("os_best", family);
  return familyLooks(family) < familyLooksNeeded(family, false);
}

function questionTo(host: HostView["observation"]): readonly SystemRequest[] {
  const guarded = guardedPorts(host);
  const asked = host.coverage.filter(({ phase, transport }) => phase === "ports" && transport === "tcp");
  const closed = closedPort(
    host,
    guarded,
    asked.flatMap(({ ports }) => ports),
  );
  const open = host.ports.find(
    ({ transport, state, number }) => transport === "tcp" && state === "open" && !includes(guarded, number),
  );
  if (open === undefined || closed === null) return [];
  return [{ address: host.address, ask: "system", open: open.number, closed }];
}
