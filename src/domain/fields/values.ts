import type { HostObservation, PortObservation } from "../observation.ts";
import { HOST_FIELDS, type HostField, isHostField } from "./host.ts";
import { isPortField, PORT_FIELDS, type PortField } from "./port.ts";
import type { HostFieldRow, PortFieldRow } from "./row.ts";

const PORT_ROWS = Object.entries<PortFieldRow>(PORT_FIELDS);
const HOST_ROWS = Object.entries<HostFieldRow>(HOST_FIELDS);

/**
 * The comparable field values of one open port, canonical; learning and detection both read them here. A field that
 * is missing was not observed, which is never the same as removed.
 */
export function portFieldValues(port: PortObservation): ReadonlyMap<PortField, string> {
  const values = new Map<PortField, string>();
  if (port.state !== "open") return values;
  for (const [name, row] of PORT_ROWS) {
    const value = row.read(port)?.trim() ?? "";
    if (value !== "" && isPortField(name)) values.set(name, value);
  }
  return values;
}

// Identity, detection, learning and events all ask; an observation never changes.
const hostValues = new WeakMap<HostObservation, ReadonlyMap<HostField, string>>();

/** The comparable field values of one host that is up, canonical. */
export function hostFieldValues(observation: HostObservation): ReadonlyMap<HostField, string> {
  const known = hostValues.get(observation) ?? readHostFields(observation);
  hostValues.set(observation, known);
  return known;
}

function readHostFields(observation: HostObservation): ReadonlyMap<HostField, string> {
  const values = new Map<HostField, string>();
  for (const [name, row] of HOST_ROWS) {
    const value = row.read(observation)?.trim() ?? "";
    if (value !== "" && isHostField(name)) values.set(name, value);
  }
  return values;
}
