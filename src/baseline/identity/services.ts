import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import { isNormal } from "../../domain/fields/normal.ts";
import { portFieldValues } from "../../domain/fields/values.ts";
import { portClass, portKey, type PortRef } from "../../domain/network.ts";
import type { HostObservation, PortObservation } from "../../domain/observation.ts";
import { lookAt } from "../../domain/settle.ts";

/** What a known host is held against. */
export interface Look {
  readonly observation: HostObservation;
  /** Whether a port that does not answer is closed. In a scan that lost answers its silence says nothing about who is there. */
  readonly silence: "closed" | "nothing";
}

export interface ServiceLook {
  readonly port: PortBaseline;
  readonly state: "open" | "not-open";
}

/** With fewer services than this, a missing one is too significant to be an accident. */
const SERVICES_FOR_A_MISS = 3;

/**
 * Ports that were open and were looked at, without those that are given out again at each start (dynamic RPC, NodePorts).
 * One of several may be missed: a lost packet must not turn a host into another machine.
 */
export function lastingServices(known: HostBaseline, { observation, silence }: Look): "stay" | "gone" | "none" {
  const looks = lastingLooks(known, { observation, silence }).map(({ state }) => state);
  const missed = looks.filter((state) => state !== "open").length;
  if (looks.length === 0) return "none";
  return missed === 0 || (missed === 1 && looks.length >= SERVICES_FOR_A_MISS) ? "stay" : "gone";
}

/** Every lasting service that was there before, as it answers now; what could not be told is left out. */
export function lastingLooks(known: HostBaseline, { observation, silence }: Look): readonly ServiceLook[] {
  return [...known.ports.values()]
    .filter((port) => port.reference === "open" && port.current === "open" && isLasting(port))
    .flatMap((port) => {
      const { state } = lookAt(observation, port);
      return state === "unknown" || (state === "not-open" && silence === "nothing") ? [] : [{ port, state }];
    });
}

export function isLasting(port: PortRef): boolean {
  const name = portClass(port.number);
  return name === "well-known" || name === "registered";
}

export function sameSoftware(known: HostBaseline, observation: HostObservation): boolean {
  return observation.ports.filter(isLasting).every((port) => isSameSoftware(known, port));
}

/** A service that did not identify itself contradicts nothing. */
export function isSameSoftware(known: HostBaseline, port: PortObservation): boolean {
  const before = known.ports.get(portKey(port))?.fields;
  const now = portFieldValues(port);
  return (["service", "product"] as const).every((field) => {
    const [was, is] = [before?.get(field), now.get(field)];
    return was === undefined || is === undefined || isNormal(field, was, is);
  });
}
