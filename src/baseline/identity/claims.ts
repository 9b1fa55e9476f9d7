import { compareAddresses } from "../../lib/ip.ts";
import type { HostBaseline } from "../../domain/baseline.ts";
import type { EvidenceKind, IdentityEvidence } from "../../domain/evidence.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { contradiction } from "./contradiction.ts";
import { compareText, evidenceKey, inOrder, rank } from "./evidence.ts";
import type { Look } from "./services.ts";
import { compareName } from "./stranger.ts";

/** An observed address with the evidence that only it has in this scan. */
export interface Claimant {
  readonly observation: HostObservation;
  readonly evidence: readonly IdentityEvidence[];
}

export interface Claim {
  readonly claimant: Claimant;
  readonly host: HostBaseline;
  /** Strongest kind both have in common. */
  readonly by: EvidenceKind;
  readonly replaced: boolean;
  readonly weight: number;
}

// One strong piece outweighs name and address together (a machine that moved), but not a second strong piece or one
// that stayed with its address (a key copied to another machine).
const STRONG_WEIGHT: Readonly<Record<EvidenceKind, number>> = { ssh: 5, tls: 4, mac: 4, name: 1, address: 2 };
// Without strong evidence a name is more of an identity than an address, which DHCP hands out again.
const WEAK_WEIGHT: Readonly<Record<EvidenceKind, number>> = { ssh: 0, tls: 0, mac: 4, name: 3, address: 2 };

/** Every pair of address and known host with a strong piece in common. */
export function strongClaims(claimants: readonly Claimant[], hosts: readonly HostBaseline[]): readonly Claim[] {
  const owners = ownersOf(hosts, (e) => e.strong);
  return claimants.flatMap((claimant) => {
    const candidates = candidatesOf(claimant, owners);
    return candidates.flatMap((host) => pair({ claimant, host, weights: STRONG_WEIGHT, replaced: false }));
  });
}

/** Pairs with only a local MAC, a name or an address in common; strong evidence may forbid them. */
export function weakClaims(
  claimants: readonly Claimant[],
  hosts: readonly HostBaseline[],
  silence: Look["silence"],
): readonly Claim[] {
  const owners = ownersOf(hosts, (e) => !e.strong && e.kind !== "address");
  const byAddress = Map.groupBy(hosts, (h) => evidenceKey({ kind: "address", value: h.address }));
  return claimants.flatMap((claimant) => {
    const here = byAddress.get(evidenceKey({ kind: "address", value: claimant.observation.address })) ?? [];
    const candidates = new Set([...candidatesOf(claimant, owners), ...here]);
    return [...candidates].flatMap((host) => weakPair(claimant, host, silence));
  });
}

/** Heaviest claims first; each address and each host at most once; the order of the input does not matter. */
export function settleClaims(claims: readonly Claim[]): readonly Claim[] {
  const takenAddresses = new Set<string>();
  const takenHosts = new Set<string>();
  return claims.toSorted(compareClaims).filter((claim) => {
    const { address } = claim.claimant.observation;
    if (takenAddresses.has(address) || takenHosts.has(claim.host.id)) return false;
    takenAddresses.add(address);
    takenHosts.add(claim.host.id);
    return true;
  });
}

function weakPair(claimant: Claimant, host: HostBaseline, silence: Look["silence"]): readonly Claim[] {
  const verdict = contradiction(host, { observation: claimant.observation, silence });
  if (verdict === "stranger") return [];
  if (verdict === "none" || verdict === "field") return pair({ claimant, host, weights: WEAK_WEIGHT, replaced: false });
  const sameAddress = host.address === claimant.observation.address;
  return sameAddress && !leftBefore(host, claimant.observation)
    ? [{ claimant, host, by: "address", replaced: true, weight: 0 }]
    : [];
}

/**
 * An unknown host at the address of a machine that left is a new host, not a replacement. A machine that was silent in the
 * last scan had already left, unless its name is still there: DHCP gives the addresses of sleeping machines away.
 */
function leftBefore(host: HostBaseline, observation: HostObservation): boolean {
  return host.current === "gone" || (host.misses > 0 && compareName(host, observation) !== "same");
}

function pair(of: {
  readonly claimant: Claimant;
  readonly host: HostBaseline;
  readonly weights: typeof STRONG_WEIGHT;
  readonly replaced: boolean;
}): readonly Claim[] {
  const kinds = commonKinds(of.claimant, of.host);
  const [by] = kinds;
  if (by === undefined) return [];
  const weight = kinds.reduce((sum, kind) => sum + of.weights[kind], 0);
  return [{ claimant: of.claimant, host: of.host, by, replaced: of.replaced, weight }];
}

/** Where the host is now counts as its address, not where it was first learned. */
function commonKinds(claimant: Claimant, host: HostBaseline): readonly EvidenceKind[] {
  const its = new Set(host.evidence.filter((e) => e.kind !== "address").map(evidenceKey));
  its.add(evidenceKey({ kind: "address", value: host.address }));
  const common = claimant.evidence.filter((e) => its.has(evidenceKey(e)));
  return [...new Set(inOrder(common).map((e) => e.kind))];
}

function ownersOf(
  hosts: readonly HostBaseline[],
  wanted: (evidence: IdentityEvidence) => boolean,
): ReadonlyMap<string, readonly HostBaseline[]> {
  const owners = new Map<string, HostBaseline[]>();
  for (const host of hosts) {
    for (const evidence of host.evidence.filter(wanted)) {
      const key = evidenceKey(evidence);
      const list = owners.get(key);
      if (list === undefined) owners.set(key, [host]);
      else list.push(host);
    }
  }
  return owners;
}

function candidatesOf(
  claimant: Claimant,
  owners: ReadonlyMap<string, readonly HostBaseline[]>,
): readonly HostBaseline[] {
  return [...new Set(claimant.evidence.flatMap((e) => owners.get(evidenceKey(e)) ?? []))];
}

function compareClaims(a: Claim, b: Claim): number {
  return (
    Number(a.replaced) - Number(b.replaced) ||
    b.weight - a.weight ||
    rank(a.by) - rank(b.by) ||
    Number(b.host.current === "up") - Number(a.host.current === "up") ||
    b.host.lastSeen.scan - a.host.lastSeen.scan ||
    compareAddresses(a.claimant.observation.address, b.claimant.observation.address) ||
    compareText(a.host.id, b.host.id)
  );
}
