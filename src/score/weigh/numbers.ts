import type { HostBaseline, PortBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import { type PortKey, portRange, portKey, type PortRef, portText } from "../../domain/network.ts";
import { bareService } from "../../domain/answered-service.ts";
import { type Case, caseOf } from "./cases.ts";
import type { Peers } from "./peers.ts";
import type { ScoringRules } from "./rules.ts";

/** What the number of a port says: who else has it, and what it is there. */
export interface NumberUse {
  /** Nobody else of the segment ever had it open. */
  readonly isNew: boolean;
  /** What it is on the peers of the host, where it is usual among them. */
  readonly usual: { readonly case: Case; readonly text: string } | null;
}

export type Numbers = (host: HostBaseline | undefined, port: PortRef) => NumberUse;

/** A number is usual among the peers where so many of them have it, and such a part of them. */
const FEWEST = 3;
const PART = 0.1;

/** Only what is settled counts: what opened lately on other hosts says nothing about what opens now. */
export function numbersOf(
  { hosts }: SegmentBaseline,
  { peers, rules }: { readonly peers: Peers; readonly rules: ScoringRules },
): Numbers {
  const users = new Map<PortKey, User[]>();
  const sizes = new Map<string, number>();
  for (const host of hosts.values()) {
    const group = peers.groupOf(host);
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
    for (const [key, port] of host.ports) {
      if (!isSettled(port)) continue;
      const known = users.get(key);
      if (known === undefined) users.set(key, [{ id: host.id, group, port }]);
      else known.push({ id: host.id, group, port });
    }
  }
  return (host, port) => {
    const others = (users.get(portKey(port)) ?? []).filter(({ id }) => id !== host?.id);
    const group = host === undefined ? null : peers.groupOf(host);
    const same = others.filter((user) => user.group === group);
    const of = sizes.get(group ?? "") ?? 0;
    const isUsual = same.length >= FEWEST && same.length >= of * PART;
    return { isNew: others.length === 0, usual: isUsual ? usualOf(same, { port, of, rules }) : null };
  };
}

interface User {
  readonly id: string;
  readonly group: string;
  readonly port: PortBaseline;
}

/** It is normal, or closed again by itself and was never an alert. */
function isSettled({ reference, current, alerted }: PortBaseline): boolean {
  return reference === "open" || (current === "closed" && alerted !== true);
}

/** What most of them show, or an ordinary service where none of them says what it is; null where they differ. */
function usualOf(
  users: readonly User[],
  { port, of, rules }: { readonly port: PortRef; readonly of: number; readonly rules: ScoringRules },
): NumberUse["usual"] {
  const services = users.flatMap((user) => user.port.fields.get("service")?.value ?? []).map(bareService);
  const [most] = [...Map.groupBy(services, (name) => name)].toSorted(
    ([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1),
  );
  const name = portRange(port.number);
  const text = `${users.length} of ${of} hosts like it have port ${portText(port)}`;
  if (most === undefined) return { case: `${name} plain`, text };
  const [service, all] = most;
  return all.length * 2 > users.length
    ? { case: caseOf(`${name} ${service}`, rules), text: `${text}, which is ${service} there` }
    : null;
}
