import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import type { CycleView, HostView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { portKnown, presenceComparable } from "../../domain/maturity.ts";
import { portKey } from "../../domain/network.ts";
import type { PortObservation } from "../../domain/observation.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { aboutHost, isConfirmed, isMature } from "../compare/host-found.ts";
import { portFacts, portHistory } from "../compare/port-facts.ts";

/** An open port of a known host that is not normally open. The ports of a new host belong to its appearance. */
export const portOpened: Detector = { id: "port-opened", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  if (!presenceComparable(view)) return [];
  return view.hosts.flatMap((host) => {
    const { known, observation } = host;
    if (known === null) return [];
    const open = observation.ports.filter((port) => port.state === "open");
    return open.flatMap((port) => judge(view, { host, known, port }));
  });
}

function judge(
  view: CycleView,
  at: { readonly host: HostView; readonly known: HostBaseline; readonly port: PortObservation },
): readonly Deviation[] {
  const { host, known, port } = at;
  const memory: PortBaseline | null = known.ports.get(portKey(port)) ?? null;
  if (memory?.reference === "open") return [];
  const found = {
    ...aboutHost(view, host),
    port: { transport: port.transport, number: port.number },
    subject: portKey(port),
    target: "open",
    from: "closed",
    to: "open",
    before: { state: "closed" },
    after: portFacts(port),
    mature: isMature(view, known) && portKnown(known, port),
    confirmed: isConfirmed(view, port.verified || memory?.current === "open"),
    evidence: port.verified ? ("handshake" as const) : ("syn-ack" as const),
    history: portHistory(known, port),
  };
  return [deviation(portOpened, found)];
}
