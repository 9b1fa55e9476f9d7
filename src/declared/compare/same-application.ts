import type { PortField } from "../../domain/fields/port.ts";
import type { DriftFinding, MoveEvidence } from "../../domain/declaration.ts";
import { portFieldValues } from "../../domain/fields/values.ts";
import { sameValue } from "../../domain/fields/compare.ts";
import { type PortRef, portKey } from "../../domain/network.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { sameService } from "./service-names.ts";

/** What is remembered of a port: its normal field values; empty where nothing is known. */
export type Remembered = (address: string, port: PortRef) => ReadonlyMap<PortField, string>;

/** Strongest first. */
const STRENGTH: readonly MoveEvidence[] = ["key", "title", "product", "service"];

export function isStronger(a: MoveEvidence, b: MoveEvidence): boolean {
  return STRENGTH.indexOf(a) < STRENGTH.indexOf(b);
}

/**
 * By what the application on an undeclared port is the declared one, compared with what is remembered of the declared
 * port; null when nothing says so, or when a key or a product says that it is another one.
 */
export function sameApplication(
  gone: DriftFinding,
  found: DriftFinding,
  seen: { readonly host: HostObservation; readonly remembered: Remembered },
): MoveEvidence | null {
  if (gone.port === null || found.port === null || gone.port.transport !== found.port.transport) return null;
  const before = seen.remembered(gone.host, gone.port);
  const now = valuesAt(seen.host, found.port);
  const verdict = (field: PortField) => compare(field, before.get(field), now.get(field));
  const keys = [verdict("tls"), verdict("ssh")];
  if (keys.includes("same")) return "key";
  if (keys.includes("different")) return null;
  if (verdict("http_title") === "same") return "title";
  if (verdict("product") === "different") return null;
  if (verdict("product") === "same" && verdict("service") !== "different") return "product";
  return servesAsDeclared(gone, found) ? "service" : null;
}

/** The declared service name against what was identified: the same name is an inference, not a proof. */
function servesAsDeclared(gone: DriftFinding, found: DriftFinding): boolean {
  const declared = gone.declaration?.app.protocol ?? null;
  const { service } = found.observed;
  return declared !== null && service !== null && sameService(declared, service);
}

function compare(field: PortField, before: string | undefined, now: string | undefined): "same" | "different" | null {
  if (before === undefined || now === undefined) return null;
  return sameValue(field, before, now) ? "same" : "different";
}

function valuesAt(host: HostObservation, port: PortRef): ReadonlyMap<PortField, string> {
  const observed = host.ports.find((p) => portKey(p) === portKey(port));
  return observed === undefined ? new Map() : portFieldValues(observed);
}
