import { addressHint, canonicalAddress, cidrContains, parseCidr } from "../lib/ip.ts";
import type { Anomaly, AnomalyState } from "./anomaly.ts";
import type { Severity } from "./declaration.ts";
import type { AnomalyKind } from "./kinds/catalogue.ts";

/** Which anomalies somebody means; every field that is given must fit, of a list one of its words. */
export interface AnomalyFilter {
  readonly severity?: readonly Severity[] | undefined;
  /** Address, network in CIDR form, or name. */
  readonly host?: string | undefined;
  /** Of a rollout: its own kind, or the kind of its members. */
  readonly kind?: readonly AnomalyKind[] | undefined;
  readonly state?: readonly AnomalyState[] | undefined;
  /** UTC ms: seen or reported then or later. */
  readonly since?: number | undefined;
}

/**
 * `any`: a rollout fits when one of its hosts does, for looking. `all`: only when every host does, for acting, since
 * whatever is done to a rollout is done to all of its hosts.
 */
export type HostsThatFit = "any" | "all";

export function fitsFilter(anomaly: Anomaly, filter: AnomalyFilter, hosts: HostsThatFit): boolean {
  const { severity, host, kind, state, since } = filter;
  if (severity !== undefined && !severity.includes(anomaly.score.band)) return false;
  if (state !== undefined && !state.includes(anomaly.state)) return false;
  if (since !== undefined && Math.max(anomaly.lastSeen, anomaly.lastEventAt) < since) return false;
  if (kind !== undefined && ![anomaly.kind, anomaly.group?.kind].some((one) => one && kind.includes(one))) return false;
  return host === undefined || fitsHost(host, anomaly, hosts);
}

function fitsHost(wanted: string, { host, group }: Anomaly, hosts: HostsThatFit): boolean {
  const all = group?.members.map(({ ip, name }) => ({ address: ip, name })) ?? (host === null ? [] : [host]);
  if (all.length === 0) return false;
  const fits = (one: HostName) => isMeant(wanted, one);
  return hosts === "any" ? all.some(fits) : all.every(fits);
}

interface HostName {
  readonly address: string;
  readonly name: string | null;
}

/** As {@link isHost}, or the first label of its name. */
export function isMeant(wanted: string, host: HostName): boolean {
  return isHost(wanted, host) || isShortName(wanted, host);
}

/** `wanted` is the address, a network around it, or the name. */
export function isHost(wanted: string, { address, name }: HostName): boolean {
  const cidr = parseCidr(wanted);
  if (cidr === null) return name !== null && wanted.toLowerCase() === name;
  return canonicalAddress(address) !== null && cidrContains(cidr, address);
}

/** `printer` for `printer.example.org`. */
function isShortName(wanted: string, { name }: HostName): boolean {
  return parseCidr(wanted) === null && name !== null && name.startsWith(`${wanted.toLowerCase()}.`);
}

/** Why a text is neither an address nor a network nor a name; null: it may be one. */
export function hostProblem(text: string): string | null {
  if (parseCidr(text) !== null) return null;
  const hint = addressHint(text);
  if (hint !== null) return hint;
  if (/^[\d./]+$/.test(text) || text.includes(":") || text.includes("/")) return "no address or network is written so";
  return /^[\p{L}\p{N}_](?:[\p{L}\p{N}._-]*)$/u.test(text) ? null : "no host has a name like that";
}
