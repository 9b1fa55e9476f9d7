import type { HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import type { DeclaredState } from "../../domain/declaration.ts";
import { portKey, type Transport } from "../../domain/network.ts";
import { isFamilyDoubtful } from "../../domain/os-doubt.ts";
import type { ScanKnowledge } from "../../domain/ports/scan-source.ts";
import type { ScanPlan } from "../../domain/scan-plan.ts";
import { fromNumbers, type Intervals, normalise, union } from "../../lib/intervals.ts";
import { canonicalAddress } from "../../lib/ip.ts";
import type { ShardKnowledge } from "../shard-runner.ts";
import { type CyclePlanInput, planCycle, type PortsByAddress } from "./plan.ts";

/** How a cycle is planned, beside what is known. */
export type PlanSettings = Omit<CyclePlanInput, "knownPorts" | "declaredPorts">;

/** What is known and what is declared is asked in every cycle, beside the configured ports. */
export function planOf(
  settings: PlanSettings,
  { baseline, declared }: Pick<ScanKnowledge, "baseline" | "declared">,
): ScanPlan {
  return planCycle({ ...settings, knownPorts: knownPorts(baseline), declaredPorts: declaredPorts(declared) });
}

/** What is remembered of the hosts, as far as it decides what to ask. */
export function knowledgeOf(baseline: SegmentBaseline, now: number): ShardKnowledge {
  // Where a host was replaced, the one that is up speaks for the address.
  const hosts = [...baseline.hosts.values()].toSorted(
    (a, b) => Number(a.current === "up") - Number(b.current === "up"),
  );
  const byAddress = new Map(hosts.map((host) => [host.address, host]));
  return {
    portsOfKnown: (address) => {
      const host = byAddress.get(address);
      return host?.current === "up" ? openPorts(host) : null;
    },
    port: (address, port) => {
      const known = byAddress.get(address)?.ports.get(portKey(port));
      return { fingerprinted: known?.fingerprinted ?? null, changed: known?.current !== "open" };
    },
    os: (address) => {
      const host = byAddress.get(address);
      const identified = host?.fields.has("os_family") === true;
      return { identified, askedAt: host?.osAskedAt ?? null, doubtful: isFamilyDoubtful(host?.fields.get("os_best")) };
    },
    now,
  };
}

function knownPorts(baseline: SegmentBaseline): PortsByAddress {
  return new Map([...baseline.hosts.values()].map((host) => [host.address, openPorts(host)]));
}

function openPorts(host: HostBaseline): ReadonlyMap<Transport, Intervals> {
  const open = [...host.ports.values()].filter((port) => port.reference === "open" || port.current === "open");
  const byTransport = Map.groupBy(open, (port) => port.transport);
  return new Map([...byTransport].map(([transport, ports]) => [transport, fromNumbers(ports.map((p) => p.number))]));
}

/** Declared endpoints join the plan of their hosts, inside the scope only: the plan asks no other address. */
function declaredPorts(declared: DeclaredState | null): PortsByAddress {
  const result = new Map<string, ReadonlyMap<Transport, Intervals>>();
  for (const declaration of declared?.declarations ?? []) {
    if (declaration.kind !== "service" || declaration.anyPort || declaration.transport === "any") continue;
    const ports = normalise([[declaration.portFrom, declaration.portTo]]);
    for (const text of declaration.target.addresses) {
      const address = canonicalAddress(text);
      if (address === null) continue;
      const known = result.get(address) ?? new Map<Transport, Intervals>();
      result.set(
        address,
        new Map([...known, [declaration.transport, union(known.get(declaration.transport) ?? [], ports)]]),
      );
    }
  }
  return result;
}
