import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import { compareAddresses } from "../../lib/ip.ts";

/** What is known of a segment: every host, or one in detail. */
export interface HostsView {
  readonly kind: "hosts";
  /** By address. */
  readonly hosts: readonly HostBaseline[];
  /** One host was asked for: its fields and ports, now beside normal. */
  readonly detail: boolean;
  /** Also what only an expert reads: the digest of the network stack. */
  readonly wide: boolean;
}

export function hostsView(hosts: readonly HostBaseline[], options: Pick<HostsView, "detail" | "wide">): HostsView {
  return { kind: "hosts", hosts: hosts.toSorted((a, b) => compareAddresses(a.address, b.address)), ...options };
}

/** A timeout is unknown, not down: only covered misses make a host gone. */
export function hostState(host: HostBaseline): "up" | "down" | "gone" {
  if (host.current === "gone") return "gone";
  return host.misses > 0 ? "down" : "up";
}

export function portsInOrder(host: HostBaseline): readonly PortBaseline[] {
  return [...host.ports.values()].toSorted((a, b) => a.number - b.number);
}
