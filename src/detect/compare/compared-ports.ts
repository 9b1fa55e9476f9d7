import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import type { PortField } from "../../domain/fields/port.ts";
import type { CycleView, HostView } from "../../domain/cycle.ts";
import { isUnderWatch } from "../../domain/maturity.ts";
import { standingFields } from "../../domain/fields/upgrade.ts";
import { portFieldValues } from "../../domain/fields/values.ts";
import { portKey } from "../../domain/network.ts";
import type { PortObservation } from "../../domain/observation.ts";
import type { Found } from "../detector.ts";
import { changeOf, fieldHistory } from "./field-change.ts";
import type { FieldChange } from "./field-change.ts";
import { aboutHost, isConfirmed, isMature } from "./host-found.ts";

/**
 * An open port that was open before, with what it shows now beside what is normal; where open is not normal, beside what it
 * showed first.
 */
export interface ComparedPort {
  readonly host: HostView;
  readonly known: HostBaseline;
  readonly port: PortObservation;
  readonly memory: PortBaseline;
  readonly values: ReadonlyMap<PortField, string>;
}

const made = new WeakMap<CycleView, readonly ComparedPort[]>();

/** Kept per view: seven detectors walk over the same ports. */
export function comparedPorts(view: CycleView): readonly ComparedPort[] {
  const before = made.get(view);
  if (before !== undefined) return before;
  const ports = view.hosts.flatMap(portsOf);
  made.set(view, ports);
  return ports;
}

export function portChange(view: CycleView, compared: ComparedPort, field: PortField): FieldChange | null {
  return changeOf(field, compared.memory.fields, { values: compared.values, relearned: view.relearned });
}

/** What every deviation of a port field has in common. Reading a field takes a full connection. */
export function aboutField(view: CycleView, compared: ComparedPort, change: FieldChange): PortFieldFound {
  const { host, port, memory } = compared;
  return {
    ...aboutHost(view, host),
    port: { transport: port.transport, number: port.number },
    subject: portKey(port),
    mature: isMature(view, compared.known) || isUnderWatch(view, compared.known),
    confirmed: isConfirmed(view, port.verified || change.repeated),
    evidence: "handshake",
    history: fieldHistory(change, { first: memory.firstSeen.at, last: memory.lastSeen.at }),
    ...(change.repeated ? {} : { fresh: true }),
  };
}

type PortFieldFound = Omit<Found, "target" | "from" | "to" | "before" | "after">;

function portsOf(host: HostView): readonly ComparedPort[] {
  const { known } = host;
  if (known === null) return [];
  return host.observation.ports.flatMap((port): ComparedPort[] => {
    const memory = known.ports.get(portKey(port));
    if (port.state !== "open" || memory === undefined) return [];
    if (memory.reference !== "open" && memory.current !== "open") return [];
    const values = portFieldValues(port);
    const { fields } = memory;
    return [{ host, known, port, memory: { ...memory, fields: standingFields(fields, values) }, values }];
  });
}
