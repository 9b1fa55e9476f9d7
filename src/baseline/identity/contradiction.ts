import type { HostBaseline } from "../../domain/baseline.ts";
import { isRenewal } from "../../domain/certificate-change.ts";
import { type PortField, portFieldsWith } from "../../domain/fields/port.ts";
import { hostFieldValues, portFieldValues } from "../../domain/fields/values.ts";
import { isNormal } from "../../domain/fields/normal.ts";
import { macClass } from "../../domain/mac.ts";
import { portClass, portKey, type PortRef } from "../../domain/network.ts";
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
  const stays = restStays(known, observation) || servedBefore(known, observation);
  return replaced === 1 && stays ? "field" : "replaced";
}

/**
 * The services were seen behind this very MAC before: what the machine does not answer in this scan does not make it
 * another one.
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

type Name = "same" | "other" | "unknown";

export function compareName(known: HostBaseline, observation: HostObservation): Name {
  const before = known.fields.get("name");
  const now = hostFieldValues(observation).get("name");
  if (before === undefined || now === undefined) return "unknown";
  return isNormal("name", before, now) ? "same" : "other";
}

/**
 * The name and every lasting service stay. A host without lasting services is still the one of that name: there is
 * nothing that says otherwise. Without a name, services have to say it.
 */
function restStays(known: HostBaseline, observation: HostObservation): boolean {
  const name = compareName(known, observation);
  if (name === "other" || !sameSoftware(known, observation)) return false;
  const services = lastingServices(known, observation);
  return services === "stay" || (services === "none" && name === "same");
}

/** Below this many services one that is missed weighs too much to be an accident. */
const SERVICES_FOR_A_MISS = 3;

/**
 * Ports that were open and were looked at, without those that are given out again at each start (dynamic RPC, NodePorts).
 * One of several may be missed: a lost packet must not make another machine of a host.
 */
function lastingServices(known: HostBaseline, observation: HostObservation): "stay" | "gone" | "none" {
  const looks = [...known.ports.values()]
    .filter((port) => port.reference === "open" && port.current === "open" && isLasting(port))
    .map((port) => lookAt(observation, port).state)
    .filter((state) => state !== "unknown");
  const missed = looks.filter((state) => state !== "open").length;
  if (looks.length === 0) return "none";
  return missed === 0 || (missed === 1 && looks.length >= SERVICES_FOR_A_MISS) ? "stay" : "gone";
}

function isLasting(port: PortRef): boolean {
  const name = portClass(port.number);
  return name === "well-known" || name === "registered";
}

function sameSoftware(known: HostBaseline, observation: HostObservation): boolean {
  return observation.ports.filter(isLasting).every((port) => {
    const before = known.ports.get(portKey(port))?.fields;
    const now = portFieldValues(port);
    return (["service", "product"] as const).every((field) => {
      const [was, is] = [before?.get(field), now.get(field)];
      return was === undefined || is === undefined || isNormal(field, was, is);
    });
  });
}
