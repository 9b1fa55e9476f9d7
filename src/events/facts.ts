import type { AnomalyStep } from "../domain/anomaly.ts";
import type { Facts } from "../domain/facts.ts";
import { DECLARED_KINDS } from "../domain/kinds.ts";
import { canonicalMac, portClass, type PortRef } from "../domain/network.ts";
import { sha256Hex } from "../lib/hash.ts";
import { canonicalAddress } from "../lib/ip.ts";
import type { Branch } from "./tree.ts";

/** The leaves that `tripline.baseline` and `tripline.observed` share, always in the same order. */
export function factsBranch(facts: Facts): Branch {
  return {
    state: facts.state,
    port: facts.port,
    service: facts.service,
    product: facts.product,
    version: facts.version,
    extra_info: facts.extra_info,
    banner: facts.banner,
    banner_sha256: facts.banner_sha256 ?? digestOf(facts.banner),
    tls_sha256: facts.tls_sha256,
    tls_issuer: facts.tls_issuer,
    tls_names: facts.tls_names,
    ssh_sha256: facts.ssh_sha256,
    http_digest: facts.http_digest,
    os_family: facts.os_family,
    os_name: facts.os_name,
    mac: facts.mac === undefined ? null : canonicalMac(facts.mac),
    // An address field that holds anything else makes the server refuse the whole document.
    ip: facts.ip === undefined ? null : canonicalAddress(facts.ip),
    dns_name: facts.dns_name,
    identity: facts.identity,
  };
}

/** The observed side says also how it was seen. */
export function observedBranch(facts: Facts, port: PortRef | null): Branch {
  return {
    ...factsBranch(facts),
    reason_ttl: facts.reason_ttl,
    confidence: facts.confidence,
    usual_port: facts.usual_port,
    open_count: facts.open_count,
    open_ports: facts.open_ports,
    asked_count: facts.asked_count,
    port_class: port === null ? null : portClass(port.number),
  };
}

/** True when the step says that what deviated is as it should be again. */
export function isBack({ anomaly, transition }: AnomalyStep): boolean {
  return transition === "resolved" && anomaly.closed?.reason === "back-to-baseline";
}

/**
 * What is true after the step. Back at the baseline, that is what was there before; a finding also ends when somebody
 * declares what is there, so of those nobody knows the state.
 */
export function factsNow(step: AnomalyStep): Facts {
  const { before, after, kind } = step.anomaly;
  if (!isBack(step)) return after;
  if (!DECLARED_KINDS.has(kind)) return before;
  const { state: _unknown, ...rest } = after;
  return rest;
}

function digestOf(banner: string | undefined): string | null {
  return banner === undefined || banner === "" ? null : sha256Hex(banner);
}
