import type { NmapRun } from "../../domain/nmap-run.ts";
import type { Coverage, HostObservation, PortIdentity, PortObservation } from "../../domain/observation.ts";
import { type PortKey, portKey } from "../../domain/network.ts";
import type { RunPhase } from "../../domain/scan-plan.ts";
import { subtract } from "../../lib/intervals.ts";
import { compareAddresses } from "../../lib/ip.ts";

/** Later phases add to what `ports` saw; a verification takes precedence. */
const ORDER: readonly RunPhase[] = ["ports", "fingerprint", "scripts", "verify"];

/** One observation per address from all runs of a cycle, sorted by address. */
export function mergeObservations(runs: readonly NmapRun[]): HostObservation[] {
  const ordered = runs.toSorted(
    (a, b) => ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase) || a.shard - b.shard || a.n - b.n,
  );
  const merged = new Map<string, HostObservation>();
  for (const run of ordered) {
    for (const host of run.hosts) {
      const known = merged.get(host.address);
      if (known?.state !== "up" && onlyAssumedUp(host)) continue;
      merged.set(host.address, known === undefined ? first(host, run.phase) : combine(known, host, run.phase));
    }
  }
  return [...merged.values()].toSorted((a, b) => compareAddresses(a.address, b.address));
}

/** `-Pn` calls every address up; without any answer that proves nothing. A reset is an answer. */
function onlyAssumedUp(host: HostObservation): boolean {
  if (host.stateReason !== "user-set") return false;
  const answered = (state: string) => state === "open" || state === "closed" || state === "unfiltered";
  return !host.ports.some((port) => answered(port.state)) && !host.otherStates.some((other) => answered(other.state));
}

/** Only the `ports` phase measures absence; what other phases alone know has no coverage. */
function first(host: HostObservation, phase: RunPhase): HostObservation {
  if (phase === "ports") return host;
  return { ...host, coverage: [], otherStates: [], ports: host.ports.map((port) => verifiedIf(port, phase)) };
}

function combine(known: HostObservation, more: HostObservation, phase: RunPhase): HostObservation {
  // An answer to any probe is proof of life; silence in a later run takes nothing away.
  if (more.state === "down") return known;
  const ports = mergePorts(known, more, phase);
  return {
    ...known,
    state: "up",
    stateReason: known.state === "up" ? known.stateReason : more.stateReason,
    mac: known.mac ?? more.mac,
    macVendor: known.macVendor ?? more.macVendor,
    names: [...new Set([...known.names, ...more.names])],
    observedAt: Math.max(known.observedAt, more.observedAt),
    coverage: [...withoutContradicted(known.coverage, ports.contradicted), ...(phase === "ports" ? more.coverage : [])],
    ports: ports.list,
    otherStates: phase === "ports" ? [...known.otherStates, ...more.otherStates] : known.otherStates,
    os: betterOs(known.os, more.os),
    distance: known.distance ?? more.distance,
    srttMicros: known.srttMicros ?? more.srttMicros,
    problems: phase === "ports" ? [...new Set([...known.problems, ...more.problems])] : known.problems,
    allPortsOpen: known.allPortsOpen ?? more.allPortsOpen,
    ...sampleOf(known, more),
    ...(phase === "verify" ? recheckOf(known, more) : {}),
    truncated: [...new Set([...known.truncated, ...more.truncated])].toSorted(),
  };
}

function sampleOf(known: HostObservation, more: HostObservation): Pick<HostObservation, "sample"> {
  const sample = known.sample ?? more.sample;
  return sample === undefined ? {} : { sample };
}

/** How far a second probe agrees with what was open; of an aggregated host every port was. */
function recheckOf(known: HostObservation, more: HostObservation): Pick<HostObservation, "recheck"> {
  const open = new Set(known.ports.filter((port) => port.state === "open").map(portKey));
  const asked = more.ports.filter(
    (port) => isClear(port.state) && (known.allPortsOpen !== null || open.has(portKey(port))),
  );
  const same = asked.filter((port) => port.state === "open").length;
  const before = known.recheck ?? { same: 0, other: 0 };
  return { recheck: { same: before.same + same, other: before.other + asked.length - same } };
}

interface MergedPorts {
  readonly list: readonly PortObservation[];
  readonly contradicted: readonly PortObservation[];
}

function mergePorts(known: HostObservation, more: HostObservation, phase: RunPhase): MergedPorts {
  // Thousands of open ports are one fact; single ones must not come back through a later run.
  if (known.allPortsOpen !== null) return { list: [], contradicted: [] };
  const ports = new Map<PortKey, PortObservation>(known.ports.map((port) => [portKey(port), port]));
  const contradicted: PortObservation[] = [];
  for (const port of more.ports) {
    const key = portKey(port);
    const before = ports.get(key);
    const state = before?.state ?? collapsedState(known, port);
    if (phase === "verify" && state !== null && contradicts(state, port.state)) {
      contradicted.push(port);
      ports.delete(key);
    } else if (before !== undefined) ports.set(key, enrich(before, port, phase));
    else if (phase === "ports" || phase === "verify" || port.state === "open") ports.set(key, verifiedIf(port, phase));
  }
  return { list: sorted(ports.values()), contradicted };
}

/** The state of a port that the ports run measured without listing it: one of the collapsed ones. */
function collapsedState(host: HostObservation, port: PortObservation): string | null {
  const covered = host.coverage.some(
    (c) => c.transport === port.transport && c.ports.some(([from, to]) => port.number >= from && port.number <= to),
  );
  return covered ? "closed" : null;
}

/** Only a clear yes against a clear no; `open|filtered` and `unfiltered` prove neither. */
function contradicts(before: string, now: string): boolean {
  return isClear(before) && isClear(now) && (before === "open") !== (now === "open");
}

function isClear(state: string): boolean {
  return state === "open" || state === "closed" || state === "filtered" || state === "closed|filtered";
}

function verifiedIf(port: PortObservation, phase: RunPhase): PortObservation {
  return phase === "verify" ? { ...port, verified: true } : port;
}

function enrich(before: PortObservation, more: PortObservation, phase: RunPhase): PortObservation {
  const service = betterService(before, more, phase);
  // nmap lists an address twice when two targets mean it: what answered once is open.
  const opened = phase === "ports" && more.state === "open";
  const clearer = opened || (!isClear(before.state) && isClear(more.state));
  return {
    ...before,
    state: clearer ? more.state : before.state,
    reason: clearer ? more.reason : before.reason,
    reasonTtl: before.reasonTtl ?? more.reasonTtl,
    service,
    identity: mergeIdentity(before.identity, more.identity),
    scripts: [...before.scripts.filter((s) => !more.scripts.some((m) => m.id === s.id && !m.failed)), ...more.scripts],
    verified: before.verified || (phase === "verify" && isClear(more.state)),
  };
}

/** An answer of the service itself beats the name that a table has for its port; the later of two answers counts. */
function betterService(before: PortObservation, more: PortObservation, phase: RunPhase): PortObservation["service"] {
  if (more.service === null) return before.service;
  if (before.service === null || more.service.method === "probed") return more.service;
  return before.service.method === "probed" || phase !== "fingerprint" ? before.service : more.service;
}

function mergeIdentity(before: PortIdentity | null, more: PortIdentity | null): PortIdentity | null {
  if (before === null || more === null) return more ?? before;
  return {
    values: { ...before.values, ...more.values },
    certificate: { ...before.certificate, ...more.certificate },
  };
}

/** Two guesses: the one made under good conditions, else the later; two good ones of the same family are two looks. */
function betterOs(before: HostObservation["os"], more: HostObservation["os"]): HostObservation["os"] {
  if (before === null || more === null) return more ?? before;
  if (before.goodConditions && !more.goodConditions) return before;
  const agree = before.goodConditions && before.matches[0]?.family === more.matches[0]?.family;
  return agree ? { ...more, looks: (before.looks ?? 1) + (more.looks ?? 1) } : more;
}

function withoutContradicted(coverage: readonly Coverage[], ports: readonly PortObservation[]): readonly Coverage[] {
  if (ports.length === 0) return coverage;
  return coverage.map((c) => {
    const gone = ports.filter((p) => p.transport === c.transport).map((p): [number, number] => [p.number, p.number]);
    return { ...c, ports: subtract(c.ports, gone) };
  });
}

function sorted(ports: Iterable<PortObservation>): readonly PortObservation[] {
  return [...ports].toSorted((a, b) => a.transport.localeCompare(b.transport) || a.number - b.number);
}
