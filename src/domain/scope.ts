import { type Cidr, cidrContains, cidrSize, compareAddresses } from "../lib/ip.ts";

/** CIDRs nest or are disjoint: sorted with the wider first, a contained one directly follows its container. */
export function disjoint(networks: readonly Cidr[]): readonly Cidr[] {
  const sorted = [...networks].sort((a, b) => compareAddresses(a.base, b.base) || a.prefix - b.prefix);
  const kept: Cidr[] = [];
  for (const network of sorted) {
    const last = kept.at(-1);
    if (last === undefined || !cidrContains(last, network.base)) kept.push(network);
  }
  return kept;
}

/** How many addresses they have together, each counted once. */
export function addressCount(networks: readonly Cidr[]): bigint {
  return disjoint(networks).reduce((sum, network) => sum + cidrSize(network), 0n);
}

/** True when every address of the network is in one of the others, even when only several of them together hold it. */
export function isCovered(network: Cidr, others: readonly Cidr[]): boolean {
  if (others.some((other) => other.prefix <= network.prefix && cidrContains(other, network.base))) return true;
  const inside = others.filter((other) => other.prefix > network.prefix && cidrContains(network, other.base));
  return addressCount(inside) === cidrSize(network);
}
