import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import type { CycleView, HostView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { withResult } from "../../domain/flapping.ts";
import { presenceComparable } from "../../domain/maturity.ts";
import { portKey } from "../../domain/network.ts";
import { lookAt } from "../../domain/settle.ts";
import { aboutHost, isConfirmed, isMature } from "../compare/host-found.ts";
import { memoryFacts, portFacts, portHistory } from "../compare/port-facts.ts";
import { type Detector, deviation, type Found } from "../detector.ts";
import { unsteadyHosts } from "./unsteady-hosts.ts";

/** A port, or a host, whose state changed too often to be told at each change. */
export const flapping: Detector = { id: "flapping", version: "1.1.0", detect };

const ALWAYS = { target: "flapping", from: null, to: null, mature: true } as const;

function detect(view: CycleView): readonly Deviation[] {
  if (!presenceComparable(view) || view.vantage.state === "degraded") return [];
  const ports = view.hosts.flatMap((host) => {
    const { known } = host;
    if (known === null || !isMature(view, known)) return [];
    return [...known.ports.values()].flatMap((memory) => judge(view, { host, known, memory }));
  });
  return [...unsteadyHosts(view), ...ports].map((found) => deviation(flapping, { ...ALWAYS, ...found }));
}

function judge(
  view: CycleView,
  at: { readonly host: HostView; readonly known: HostBaseline; readonly memory: PortBaseline },
): readonly Omit<Found, keyof typeof ALWAYS>[] {
  const { host, known, memory } = at;
  const look = lookAt(host.observation, memory);
  const after = look.state === "unknown" ? memory : withResult(memory, look.state === "open");
  if (after.flapping !== true) return [];
  const listed = host.observation.ports.find((port) => port.state === "open" && portKey(port) === portKey(memory));
  const found = {
    ...aboutHost(view, host),
    port: { transport: memory.transport, number: memory.number },
    subject: portKey(memory),
    before: memoryFacts(memory),
    after: listed === undefined ? { state: "closed" } : portFacts(listed),
    confirmed: isConfirmed(view, true),
    evidence: look.state === "unknown" ? null : look.evidence,
    history: portHistory(known, memory),
  };
  return [found];
}
