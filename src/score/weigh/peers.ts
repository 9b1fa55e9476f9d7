import type { HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleContext } from "../../domain/cycle.ts";
import { type HostRole, hostRole, isCarried } from "../../domain/role.ts";

export interface Peers {
  readonly groupOf: (host: HostBaseline) => string;
  readonly isCarried: (host: HostBaseline) => boolean;
  /** Whether some host of the segment is a node of Kubernetes: only there NodePorts are made to come and go. */
  readonly kubernetes: () => boolean;
}

/** Hosts of one role and one family of systems have the same habits. */
export function peersOf({ hosts }: SegmentBaseline, roles: CycleContext["roles"]): Peers {
  const known = new Map<HostBaseline, HostRole>();
  const roleOf = (host: HostBaseline) => {
    const role = known.get(host) ?? hostRole(host, roles);
    known.set(host, role);
    return role;
  };
  return {
    groupOf: (host) => `${roleOf(host)} ${host.fields.get("os_family")?.value ?? "?"}`,
    isCarried: (host) => isCarried(roleOf(host)),
    kubernetes: () => hosts.values().some((host) => roleOf(host) === "kubernetes-node"),
  };
}
