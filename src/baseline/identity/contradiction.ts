import type { HostBaseline } from "../../domain/baseline.ts";
import { isRenewal } from "../../domain/certificate-change.ts";
import { type PortField, portFieldsWith } from "../../domain/fields/port.ts";
import { hostFieldValues, portFieldValues } from "../../domain/fields/values.ts";
import { isNormal } from "../../domain/fields/normal.ts";
import { macClass } from "../../domain/mac.ts";
import { portKey } from "../../domain/network.ts";
import type { HostObservation, PortObservation } from "../../domain/observation.ts";
import { isLasting, lastingServices, type Look, sameSoftware } from "./services.ts";
import { compareName, isStranger } from "./stranger.ts";

const KEYS = portFieldsWith((row) => row.evidence !== null);

type Comparison = "same" | "different" | "unknown";

/**
 * May the machine that answers here be the known one, judged without any strong piece in common?
 * `none`: nothing strong contradicts. `field`: one piece was replaced, but name and services stayed: the same host with
 * a changed field. `replaced`: another machine. `stranger`: nothing strong is known of either, and all else is different.
 */
export type Contradiction = "none" | "field" | "replaced" | "stranger";

export function contradiction(known: HostBaseline, look: Look): Contradiction {
  const { observation } = look;
  const comparisons = [compareMac(known, observation), ...KEYS.map((field) => compareKeys(known, observation, field))];
  const replaced = comparisons.filter((c) => c === "different").length;
  if (comparisons.includes("same")) return "none";
  if (replaced === 0) return isStranger(known, look) ? "stranger" : "none";
  const stays = restStays(known, look) || servedBefore(known, observation);
  return replaced === 1 && stays ? "field" : "replaced";
}

/**
 * The services were seen behind this very MAC before: services that do not answer in this scan do not make it another
 * machine.
 */
function servedBefore(known: HostBaseline, observation: HostObservation): boolean {
  const mac = known.fields.get("mac");
  if (mac === undefined || mac.current !== hostFieldValues(observation).get("mac")) return false;
  if (compareName(known, observation) === "other" || !sameSoftware(known, observation)) return false;
  const lasting = [...known.ports.values()].filter((port) => port.reference === "open" && isLasting(port));
  return lasting.some((port) => port.lastSeen.scan > known.lastSeen.scan - mac.streak);
}

function compareMac(known: HostBaseline, observation: HostObservation): Comparison {
  const before = known.fields.get("mac");
  const now = hostFieldValues(observation).get("mac");
  if (before === undefined || now === undefined || macClass(before.value) !== "universal") return "unknown";
  return isNormal("mac", before, now) ? "same" : "different";
}

/** Port by port: another certificate on another port says something about that port, not about this machine. */
function compareKeys(known: HostBaseline, observation: HostObservation, field: PortField): Comparison {
  const verdicts = observation.ports.flatMap((port): Comparison[] => {
    const before = known.ports.get(portKey(port))?.fields.get(field);
    const now = portFieldValues(port).get(field);
    if (before === undefined || now === undefined) return [];
    if (isNormal(field, before, now)) return ["same"];
    return renewed(known, port, observation) ? [] : ["different"];
  });
  if (verdicts.includes("same")) return "same";
  return verdicts.includes("different") ? "different" : "unknown";
}

/** A renewed certificate says neither that it is the same machine nor that it is another one. */
function renewed(known: HostBaseline, port: PortObservation, { observedAt }: HostObservation): boolean {
  const memory = known.ports.get(portKey(port));
  return memory !== undefined && isRenewal(memory, port, observedAt);
}

/**
 * The name and every lasting service are the same. A host without lasting services is still the one of that name: nothing
 * says otherwise. Without a name, services have to say it, where they can be asked.
 */
function restStays(known: HostBaseline, look: Look): boolean {
  const name = compareName(known, look.observation);
  if (name === "other" || !sameSoftware(known, look.observation)) return false;
  const services = lastingServices(known, look);
  return services === "stay" || (services === "none" && (name === "same" || look.silence === "nothing"));
}
