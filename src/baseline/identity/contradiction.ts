import type { HostBaseline } from "../../domain/baseline.ts";
import { isRenewal } from "../../domain/certificate-change.ts";
import { type PortField, portFieldsWith } from "../../domain/fields/port.ts";
import { hostFieldValues, portFieldValues } from "../../domain/fields/values.ts";
import { sameValue } from "../../domain/fields/compare.ts";
import { macClass } from "../../domain/mac.ts";
import { portKey } from "../../domain/network.ts";
import type { HostObservation, PortObservation } from "../../domain/observation.ts";
import { lookAt } from "../../domain/settle.ts";

const KEYS = portFieldsWith((row) => row.evidence !== null);

type Comparison = "same" | "different" | "unknown";

/**
 * May the machine that answers here be the known one, judged without any strong piece in common?
 * `none`: nothing strong contradicts. `field`: one piece was replaced, but name and services stayed: the same host with
 * a changed field. `replaced`: another machine.
 */
export type Contradiction = "none" | "field" | "replaced";

export function contradiction(known: HostBaseline, observation: HostObservation): Contradiction {
  const comparisons = [compareMac(known, observation), ...KEYS.map((field) => compareKeys(known, observation, field))];
  const replaced = comparisons.filter((c) => c === "different").length;
  if (replaced === 0 || comparisons.includes("same")) return "none";
  return replaced === 1 && nameStays(known, observation) && servicesStay(known, observation) ? "field" : "replaced";
}

function compareMac(known: HostBaseline, observation: HostObservation): Comparison {
  const before = known.fields.get("mac")?.value;
  const now = hostFieldValues(observation).get("mac");
  if (before === undefined || now === undefined || macClass(before) !== "universal") return "unknown";
  return before === now ? "same" : "different";
}

/** Port by port: another certificate on another port says something about that port, not about this machine. */
function compareKeys(known: HostBaseline, observation: HostObservation, field: PortField): Comparison {
  const verdicts = observation.ports.flatMap((port): Comparison[] => {
    const before = known.ports.get(portKey(port))?.fields.get(field)?.value;
    const now = portFieldValues(port).get(field);
    if (before === undefined || now === undefined || renewed(known, port, observation)) return [];
    return [sameValue(field, before, now) ? "same" : "different"];
  });
  if (verdicts.includes("same")) return "same";
  return verdicts.includes("different") ? "different" : "unknown";
}

/** A renewed certificate says neither that it is the same machine nor that it is another one. */
function renewed(known: HostBaseline, port: PortObservation, { observedAt }: HostObservation): boolean {
  const memory = known.ports.get(portKey(port));
  return memory !== undefined && isRenewal(memory, port, observedAt);
}

function nameStays(known: HostBaseline, observation: HostObservation): boolean {
  const before = known.fields.get("name")?.value;
  const now = hostFieldValues(observation).get("name");
  return before === undefined || now === undefined || before === now;
}

/** Every port that was open and was looked at is open still and speaks the same; at least one such port. */
function servicesStay(known: HostBaseline, observation: HostObservation): boolean {
  const open = [...known.ports.values()].filter((p) => p.reference === "open" && p.current === "open");
  const looked = open.filter((p) => lookAt(observation, p).state !== "unknown");
  return (
    looked.length > 0 &&
    looked.every((p) => lookAt(observation, p).state === "open") &&
    sameSoftware(known, observation)
  );
}

function sameSoftware(known: HostBaseline, observation: HostObservation): boolean {
  return observation.ports.every((port) => {
    const before = known.ports.get(portKey(port))?.fields;
    const now = portFieldValues(port);
    return (["service", "product"] as const).every((field) => {
      const [was, is] = [before?.get(field)?.value, now.get(field)];
      return was === undefined || is === undefined || was === is;
    });
  });
}
