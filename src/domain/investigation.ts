import { includes } from "../lib/intervals.ts";
import type { HostObservation, PortObservation } from "./observation.ts";
import { type PortRef, portText } from "./network.ts";
import { clip } from "./words.ts";

/** What one deep look at the host of an anomaly found, as it is kept with the anomaly. */
export interface Investigation {
  /** UTC ms. */
  readonly at: number;
  readonly by: string;
  /** The cycle whose scan event and raw XML hold all of it. */
  readonly cycle: string;
  /** Of the endpoint of the anomaly, of its host where it has none. */
  readonly found: "open" | "gone" | "unmeasured";
  /** Open ports with what answers: `4444/tcp ssh OpenSSH 9.6p1`; at most {@link MOST_PORTS}. */
  readonly services: readonly string[];
  /** How many ports are open. */
  readonly open: number;
  /** Best guess; null: not asked, or not identified. */
  readonly os: string | null;
  /** Ports that showed a key or certificate, at most {@link MOST_PORTS}. */
  readonly keys: readonly string[];
  /** What it adds to the verdict, as one sentence. */
  readonly sentence: string;
}

const MOST_PORTS = 64;

interface Asked {
  readonly at: number;
  readonly by: string;
  readonly cycle: string;
  readonly port: PortRef | null;
}

/** `seen`: everything that the look saw of the host, in the order in which it did; empty: it did not answer. */
export function investigationOf(seen: readonly HostObservation[], asked: Asked): Investigation {
  const ports = portsOf(seen);
  const open = [...ports.values()].filter((port) => port.state === "open");
  const services = open.map(serviceText);
  const os = seen.findLast((one) => (one.os?.matches.length ?? 0) > 0)?.os?.matches[0]?.name ?? null;
  const keys = open.flatMap((port) =>
    Object.keys(port.identity?.values ?? {})
      .filter(isKey)
      .map((key) => `${portText(port)} ${key}`),
  );
  const found = foundOf(seen, open, asked.port);
  return {
    at: asked.at,
    by: asked.by,
    cycle: asked.cycle,
    found,
    services: services.slice(0, MOST_PORTS),
    open: open.length,
    os: os === null ? null : clip(os),
    keys: keys.slice(0, MOST_PORTS),
    sentence: seen.some(isUp)
      ? sentenceOf(found, { open, port: asked.port, os, keys: keys.length })
      : silentSentence(asked.port),
  };
}

/** Later runs know more of a port than earlier ones, but a state run after a fingerprint has no service. */
function portsOf(seen: readonly HostObservation[]): ReadonlyMap<string, PortObservation> {
  const ports = new Map<string, PortObservation>();
  for (const port of seen.flatMap((one) => one.ports)) {
    const key = portText(port);
    const before = ports.get(key);
    const service = port.service?.method === "probed" ? port.service : (before?.service ?? port.service);
    ports.set(key, { ...port, service, identity: port.identity ?? before?.identity ?? null });
  }
  return ports;
}

function isKey(field: string): boolean {
  return field === "ssh" || field === "tls";
}

function foundOf(
  seen: readonly HostObservation[],
  open: readonly PortObservation[],
  port: PortRef | null,
): Investigation["found"] {
  if (port === null) return seen.some(isUp) ? "open" : "gone";
  if (open.some((one) => portText(one) === portText(port))) return "open";
  return seen.some((one) => isUp(one) && isAsked(one, port)) ? "gone" : "unmeasured";
}

/** Whether a host answered, as one of its observations says. */
export function isUp({ state }: HostObservation): boolean {
  return state === "up";
}

/** A look at other ports, or at the same number of another protocol, says nothing about this one. */
function isAsked({ coverage }: HostObservation, port: PortRef): boolean {
  return coverage.some((one) => one.transport === port.transport && includes(one.ports, port.number));
}

function serviceText(port: PortObservation): string {
  const { service } = port;
  if (service === null || service.method !== "probed") return `${portText(port)} unidentified`;
  const parts = [service.name, service.product, service.version].filter((one) => one !== null);
  return `${portText(port)} ${clip(parts.join(" "))}`;
}

function silentSentence(port: PortRef | null): string {
  const rest = port === null ? "" : `, so that port ${portText(port)} could not be measured`;
  return `The host does not answer${rest}.`;
}

interface Facts {
  readonly open: readonly PortObservation[];
  readonly port: PortRef | null;
  readonly os: string | null;
  readonly keys: number;
}

function sentenceOf(found: Investigation["found"], { open, port, os, keys }: Facts): string {
  const states = { open: "is still open", gone: "is no longer open", unmeasured: "could not be measured" };
  const subject = port === null ? "The host answers" : `Port ${portText(port)} ${states[found]}`;
  const its = port === null ? undefined : open.find((one) => portText(one) === portText(port));
  const identified = its?.service?.method === "probed";
  const service =
    its === undefined
      ? ""
      : identified
        ? `, identified as ${serviceText(its).split(" ").slice(1).join(" ")}`
        : ", still unidentified";
  const system = os === null ? "no operating system identified" : `operating system ${clip(os)}`;
  return `${subject}${service}; ${open.length} open ports on the host, ${system}, ${keys} keys seen.`;
}
