import { stableId } from "../../lib/hash.ts";
import { compareAddresses } from "../../lib/ip.ts";
import type { HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import type { IdentityEvidence } from "../../domain/evidence.ts";
import type { IdentityMatch } from "../../domain/cycle.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { settleClaims, strongClaims, weakClaims } from "./claims.ts";
import type { Claim, Claimant } from "./claims.ts";
import { evidenceKey, observedEvidence, sharedEvidence } from "./evidence.ts";
import type { Look } from "./services.ts";

export interface IdentifiedHost {
  readonly observation: HostObservation;
  readonly identity: IdentityMatch;
  /** Null for a host never seen before. */
  readonly known: HostBaseline | null;
}

export interface IdentifyOptions {
  readonly segment: string;
  /** Whether a port that does not answer is closed; in a scan that cannot be trusted it says nothing. Absent: it is. */
  readonly silence?: Look["silence"];
}

/**
 * Says for every address that is up which known host answers there. All strong evidence claims first, over the whole
 * scan, so that machines that exchanged their addresses are moves; names and addresses decide only what is left.
 * Sorted by address; the order of the input does not matter.
 */
export function identifyHosts(
  baseline: SegmentBaseline,
  observations: readonly HostObservation[],
  options: IdentifyOptions,
): readonly IdentifiedHost[] {
  const up = observations.filter((o) => o.state === "up").toSorted((a, b) => compareAddresses(a.address, b.address));
  const shared = sharedEvidence(baseline, up);
  const claimants = up.map((observation): Claimant => ({ observation, evidence: own(observation, shared) }));
  const claims = allClaims(claimants, [...baseline.hosts.values()], options.silence ?? "closed");
  const taken = new Set(baseline.hosts.keys());
  return claimants.map((claimant) => {
    const claim = claims.get(claimant.observation.address);
    return claim === undefined ? stranger(claimant, { segment: options.segment, taken }) : recognised(claim);
  });
}

function own(observation: HostObservation, shared: ReadonlySet<string>): readonly IdentityEvidence[] {
  return observedEvidence(observation).filter((e) => !shared.has(evidenceKey(e)));
}

function allClaims(
  claimants: readonly Claimant[],
  hosts: readonly HostBaseline[],
  silence: Look["silence"],
): ReadonlyMap<string, Claim> {
  const strong = settleClaims(strongClaims(claimants, hosts));
  const addresses = new Set(strong.map((c) => c.claimant.observation.address));
  const ids = new Set(strong.map((c) => c.host.id));
  const weak = settleClaims(
    weakClaims(
      claimants.filter((c) => !addresses.has(c.observation.address)),
      hosts.filter((h) => !ids.has(h.id)),
      silence,
    ),
  );
  return new Map([...strong, ...weak].map((claim) => [claim.claimant.observation.address, claim]));
}

function recognised(claim: Claim): IdentifiedHost {
  const { claimant, host, by, replaced } = claim;
  const identity = { hostId: host.id, matchedBy: by, replaced, evidence: claimant.evidence };
  return { observation: claimant.observation, identity, known: host };
}

/** Adds the id it gives to `taken`: two strangers of one scan never share an id. */
export function newHostId(
  first: Pick<IdentityEvidence, "kind" | "value">,
  { segment, taken }: { readonly segment: string; readonly taken: Set<string> },
): string {
  const key = evidenceKey(first);
  let n = 0;
  while (taken.has(stableId(segment, key, String(n)))) n++;
  const hostId = stableId(segment, key, String(n));
  taken.add(hostId);
  return hostId;
}

function stranger(claimant: Claimant, made: { readonly segment: string; readonly taken: Set<string> }): IdentifiedHost {
  const { observation, evidence } = claimant;
  const hostId = newHostId(evidence[0] ?? { kind: "address", value: observation.address }, made);
  return { observation, identity: { hostId, matchedBy: null, replaced: false, evidence }, known: null };
}
