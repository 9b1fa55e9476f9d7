import type { HostRole } from "../../types.ts";
import type { Builder } from "./blueprint.ts";
import { dev, kubernetesNode, phone } from "./cluster.ts";
import { server } from "./server.ts";
import { iot, printer } from "./things.ts";
import { workstation } from "./workstation.ts";

export const BUILDERS: Readonly<Record<HostRole, Builder>> = {
  server,
  workstation,
  iot,
  printer,
  "kubernetes-node": kubernetesNode,
  dev,
  phone,
};

/** Part of the machines of each role; the parts add up to one. */
export type Shares = Readonly<Partial<Record<HostRole, number>>>;

export const STATED_SHARES: Shares = {
  server: 0.35,
  workstation: 0.35,
  iot: 0.1,
  printer: 0.05,
  "kubernetes-node": 0.08,
  dev: 0.07,
};

/** How many machines of each role; the largest remainders are rounded up, so that the sum is right. */
export function countsOf(shares: Shares, hosts: number): ReadonlyMap<HostRole, number> {
  const wanted = Object.entries(shares).map(([role, share]) => ({ role: role as HostRole, exact: share * hosts }));
  const counts = new Map(wanted.map(({ role, exact }) => [role, Math.floor(exact + 1e-9)]));
  const missing = hosts - [...counts.values()].reduce((sum, count) => sum + count, 0);
  const byRemainder = wanted.toSorted((a, b) => (b.exact % 1) - (a.exact % 1));
  for (const { role } of byRemainder.slice(0, missing)) counts.set(role, (counts.get(role) ?? 0) + 1);
  return counts;
}
