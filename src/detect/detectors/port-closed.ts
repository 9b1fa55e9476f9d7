import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import type { CycleView, HostView } from "../../domain/cycle.ts";
import type { Deviation, DeviationHistory } from "../../domain/deviation.ts";
import { portClass, portKey } from "../../domain/network.ts";
import { hostRole } from "../../domain/role.ts";
import { lookAt, settlePort } from "../../domain/settle.ts";
import type { PortLook } from "../../domain/settle.ts";
import { presenceComparable } from "../../domain/maturity.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { aboutHost, isConfirmed, isMature } from "../compare/host-found.ts";
import { memoryFacts, portHistory } from "../compare/port-facts.ts";

/** A port that is normally open and was missed often enough. Absence is never judged from a degraded vantage. */
export const portClosed: Detector = { id: "port-closed", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  if (!presenceComparable(view) || view.vantage.state === "degraded") return [];
  return view.hosts.flatMap((host) => {
    const { known } = host;
    if (known === null) return [];
    return [...known.ports.values()]
      .filter((memory) => memory.reference === "open")
      .flatMap((memory) => judge(view, { host, known, memory }));
  });
}

function judge(
  view: CycleView,
  at: { readonly host: HostView; readonly known: HostBaseline; readonly memory: PortBaseline },
): readonly Deviation[] {
  const { host, known, memory } = at;
  const look = lookAt(host.observation, memory);
  const settled = settlePort(memory, look);
  if (!settled.measured || settled.state !== "closed" || look.state === "unknown") return [];
  const found = {
    ...aboutHost(view, host),
    port: { transport: memory.transport, number: memory.number },
    subject: portKey(memory),
    target: "closed",
    from: "open",
    to: "closed",
    before: memoryFacts(memory),
    after: { state: stateNow(look) },
    mature: isMature(view, known),
    // It took several covered misses to get here: that is the second look.
    confirmed: isConfirmed(view, true),
    evidence: look.evidence,
    history: closedHistory(known, memory),
    ...(isGivenOut(memory) ? {} : { role: hostRole(known, view.context.roles) }),
  };
  return [deviation(portClosed, found)];
}

/** Numbers that a system gives out again at each start: that one is not used any more says nothing about a service. */
function isGivenOut({ number }: PortBaseline): boolean {
  return ["ephemeral", "nodeport"].includes(portClass(number));
}

function stateNow(look: PortLook): string {
  return look.state === "not-open" && look.evidence === "reset" ? "closed" : "filtered";
}

/** Seen "as it is now" means not open, apart from the misses that led here. */
function closedHistory(known: HostBaseline, memory: PortBaseline): DeviationHistory {
  const history = portHistory(known, memory);
  return { ...history, seen: Math.max(0, history.scans - memory.opened - memory.misses) };
}
