import type { PortBaseline } from "../domain/baseline.ts";
import { hostFieldFacts, hostFieldsWith } from "../domain/fields/host.ts";
import type { CycleView, HostView } from "../domain/cycle.ts";
import { hostFieldValues } from "../domain/fields/values.ts";
import { absentHostRef, hostRef } from "../domain/host-ref.ts";
import type { PortObservation } from "../domain/observation.ts";
import { parsePortKey, type PortKey, portKey, type PortRef } from "../domain/network.ts";
import type { ObservationMark } from "../domain/ports/stores.ts";
import { lookAt, settleHost, settlePort } from "../domain/settle.ts";
import type { ObservationChange, OpenService } from "./observation-change.ts";
import { briefService, observedService } from "./observed-service.ts";
import { defined, digestOf, pair } from "./observed-values.ts";

/** The present state of a host or service, before anybody asks whether it was reported already. */
export interface Unit extends Omit<ObservationChange, "cause"> {
  /** `host` or a port key. */
  readonly name: string;
  readonly closed: boolean;
}

/** What was reported before: host id → unit → mark. */
export type Told = ReadonlyMap<string, ReadonlyMap<string, ObservationMark>>;

const OBSERVED = hostFieldsWith((row) => row.observed);
const NOTHING = { guess: null, open: [], scripts: new Map<string, string>(), certificate: null };

/** The host itself, its open services, and the services that just became closed. */
export function observedUnits(host: HostView, view: CycleView): readonly Unit[] {
  if (host.observation.state !== "up") return [];
  const ports = portsOf(host).map((port) => ({ port, open: isOpen(host, port, view) }));
  const open = ports.filter((p) => p.open).map((p) => p.port);
  return [
    hostUnit(host, open),
    ...ports.flatMap((p) => (p.open ? serviceUnit(host, p.port) : closedUnit(host, p.port))),
  ];
}

/** Hosts that are settled as gone: the host is closed, and every service of it that was reported. */
export function goneUnits(view: CycleView, told: Told): readonly Unit[] {
  if (view.vantage.state === "degraded") return [];
  const gone = view.absent.filter(({ known, answer }) => {
    const settled = settleHost(known, answer);
    return settled.state === "gone" && settled.measured;
  });
  return gone.flatMap(({ known }) => {
    const at = { host: absentHostRef(known, []), at: view.context.endedAt };
    const services = [...(told.get(known.id)?.keys() ?? [])].map(parsePortKey);
    const closed = services.filter((port) => port !== null).map((port) => closedAt({ ...at, port }, "closed"));
    return [closedAt({ ...at, port: null }, "gone"), ...closed];
  });
}

function portsOf(host: HostView): readonly PortRef[] {
  const ports = new Map<PortKey, PortRef>();
  for (const key of host.known?.ports.keys() ?? []) {
    const port = parsePortKey(key);
    if (port !== null) ports.set(key, port);
  }
  for (const port of host.observation.ports) if (port.state === "open") ports.set(portKey(port), port);
  return [...ports.values()].toSorted((a, b) => a.transport.localeCompare(b.transport) || a.number - b.number);
}

/** A degraded vantage may add, but what it does not see stays as it was known. */
function isOpen(host: HostView, port: PortRef, view: CycleView): boolean {
  const known = knownPort(host, port);
  const look = lookAt(host.observation, port);
  if (look.state !== "open" && view.vantage.state === "degraded") return known?.current === "open";
  return settlePort(known, look).state === "open";
}

function knownPort(host: HostView, port: PortRef): PortBaseline | null {
  return host.known?.ports.get(portKey(port)) ?? null;
}

function hostUnit(host: HostView, open: readonly PortRef[]): Unit {
  const { observation } = host;
  const seen = hostFieldValues(observation);
  const known = host.known?.fields;
  const values = OBSERVED.flatMap((field) => pair(field, seen.get(field) ?? known?.get(field)?.current));
  const facts = {
    state: "up",
    ...hostFieldFacts(values),
    os_name: observation.os?.matches[0]?.name,
    ip: observation.address,
  };
  // The best guess of the system flickers from scan to scan: it is reported, but is not a change.
  const digest = digestOf([...values, ["ip", observation.address], ["open", open.map(portKey).join(",")]]);
  return {
    ...NOTHING,
    name: "host",
    closed: false,
    host: hostRef(host, []),
    port: null,
    facts: defined(facts),
    digest,
    at: observation.observedAt,
    open: open.map((port) => openService(host, port)),
  };
}

function openService(host: HostView, port: PortRef): OpenService {
  return { port, ...briefService(shownAt(host, port), knownPort(host, port)) };
}

function shownAt(host: HostView, port: PortRef): PortObservation | null {
  return host.observation.ports.find((p) => portKey(p) === portKey(port) && p.state === "open") ?? null;
}

/** Nothing for a port that counts as open but did not show this time: what was reported of it stays. */
function serviceUnit(host: HostView, port: PortRef): readonly Unit[] {
  const seen = shownAt(host, port);
  if (seen === null) return [];
  const state = observedService(seen, knownPort(host, port));
  return [
    {
      ...state,
      name: portKey(port),
      closed: false,
      host: hostRef(host, []),
      port: { transport: port.transport, number: port.number },
      at: host.observation.observedAt,
      open: [],
    },
  ];
}

function closedUnit(host: HostView, port: PortRef): readonly Unit[] {
  return [closedAt({ host: hostRef(host, []), port, at: host.observation.observedAt }, "closed")];
}

function closedAt(where: Pick<Unit, "host" | "port" | "at">, state: "closed" | "gone"): Unit {
  const name = where.port === null ? "host" : portKey(where.port);
  return { ...NOTHING, ...where, name, closed: true, facts: { state }, digest: digestOf([["state", state]]) };
}
