import type { FieldBaseline } from "../domain/baseline.ts";
import { type PortField, portFieldsWith } from "../domain/fields/port.ts";
import type { CycleView, HostView } from "../domain/cycle.ts";
import { isRelearned, sameValue } from "../domain/fields/compare.ts";
import { isDeviating, isNormal } from "../domain/fields/normal.ts";
import { isUnderWatch } from "../domain/maturity.ts";
import { portFieldValues } from "../domain/fields/values.ts";
import { parsePortKey, portKey } from "../domain/network.ts";
import type { PortRef } from "../domain/network.ts";
import type { PortObservation } from "../domain/observation.ts";
import { portBurst, sampleOfPorts } from "../domain/port-burst.ts";
import type { PortRequest } from "../domain/ports/prober.ts";
import { lookAt } from "../domain/settle.ts";
import { isMature } from "./compare/host-found.ts";

/** Bounds on what one cycle asks again: a broken segment must not cause a second full scan. */
const PER_HOST = 64;
const PER_CYCLE = 2000;

const REPROBED = portFieldsWith((row) => row.reprobed);

/**
 * What to ask again in this cycle, with the other technique: endpoints of known, mature hosts whose look differs from
 * the settled memory. A deviation that was there in the last scan is not asked about again. Of a stranger that is watched
 * only what its known ports show is asked.
 */
export function suspects(view: CycleView): readonly PortRequest[] {
  return view.hosts.flatMap((host) => askedOf(view, host).slice(0, PER_HOST)).slice(0, PER_CYCLE);
}

function askedOf(view: CycleView, host: HostView): readonly PortRequest[] {
  if (isMature(view, host.known)) return suspectsOf(view, host);
  return isUnderWatch(view, host.known) ? singles(view, host).filter(({ ask }) => ask === "service") : [];
}

function suspectsOf(view: CycleView, host: HostView): readonly PortRequest[] {
  const { address, allPortsOpen, sample = [] } = host.observation;
  const asState = (port: PortRef): PortRequest => ({ address, port, ask: "state" });
  if (allPortsOpen !== null) return answeredEverywhere(host) ? [] : sample.map(asState);
  const burst = portBurst(view, host);
  const together = new Set(burst?.ports.map(portKey));
  const asked = sampleOfPorts(burst?.fresh ?? []).map(asState);
  return [...asked, ...singles(view, host).filter(({ port }) => !together.has(portKey(port)))];
}

function answeredEverywhere({ known }: HostView): boolean {
  return known?.fields.get("all_ports_open")?.current === "yes";
}

/** Every port separately. */
function singles(view: CycleView, host: HostView): readonly PortRequest[] {
  const listed = new Map(host.observation.ports.map((port) => [portKey(port), port]));
  const keys = new Set([...(host.known?.ports.keys() ?? []), ...listed.keys()]);
  return [...keys].flatMap((key): PortRequest[] => {
    const port = parsePortKey(key);
    if (port === null) return [];
    const ask = doubt(view, host, { port, listed: listed.get(key) ?? null });
    return ask === null ? [] : [{ address: host.observation.address, port, ask }];
  });
}

function doubt(
  view: CycleView,
  host: HostView,
  at: { readonly port: PortRef; readonly listed: PortObservation | null },
): PortRequest["ask"] | null {
  const memory = host.known?.ports.get(portKey(at.port));
  const look = lookAt(host.observation, at.port);
  const before = memory?.current ?? "closed";
  if (look.state === "unknown" || at.listed?.verified === true) return null;
  if (look.state === "not-open") return before === "open" && view.vantage.state === "ok" ? "state" : null;
  if (before === "closed") return "state";
  return at.listed !== null && showsNews(view, memory?.fields ?? new Map(), at.listed) ? "service" : null;
}

function showsNews(view: CycleView, memory: ReadonlyMap<PortField, FieldBaseline>, port: PortObservation): boolean {
  const values = portFieldValues(port);
  return REPROBED.some((field) => {
    const [known, now] = [memory.get(field), values.get(field)];
    if (known === undefined || now === undefined || isRelearned(field, view.relearned)) return false;
    return !sameValue(field, known.current, now) && (isDeviating(field, known) || !isNormal(field, known, now));
  });
}
