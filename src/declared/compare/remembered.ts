import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import type { PortField } from "../../domain/fields/port.ts";
import { type PortRef, portKey } from "../../domain/network.ts";

/** The values that are normal for a port. */
export function normalAt(known: HostBaseline | null, port: PortRef): ReadonlyMap<PortField, string> {
  const fields: PortBaseline["fields"] = known?.ports.get(portKey(port))?.fields ?? new Map();
  return new Map([...fields].map(([name, field]) => [name, field.value]));
}
