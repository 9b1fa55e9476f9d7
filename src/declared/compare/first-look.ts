import type { DriftFinding, EvaluatedState, FirstLook, HostsOfSource } from "../../domain/declaration.ts";
import { portKey } from "../../domain/network.ts";
import { type ClaimedHost, indexDeclarations } from "../bind/index-declarations.ts";

/** A host of this cycle, as far as it was looked at. */
export interface LookedAt extends ClaimedHost {
  /** It showed its ports. */
  readonly measured: boolean;
  /** What it did not show is not open. */
  readonly covered: boolean;
  /** It is in a network that no scan asked before. */
  readonly firstAsked: boolean;
}

/** What previous cycles compared. */
export interface FormerLooks {
  /** Files whose claims on this host were compared with it before. */
  readonly compared: (host: LookedAt) => ReadonlySet<string>;
  /** Part of an inventory: the finding says something about the declarations, not about a change on the wire. */
  readonly isFirst: (finding: DriftFinding, host: LookedAt) => boolean;
  /** Not counted in any summary yet. */
  readonly isUntold: (finding: DriftFinding, host: LookedAt) => boolean;
}

export const NO_FIRST_LOOK: FirstLook = { looks: 0, compared: [], unmeasured: [], missing: [], told: [] };

/**
 * The look at a host is the first one for a source that made no claim on it when declarations were last evaluated: the
 * source is new, or its scope was widened, or it was not readable, or no scan reached the host. What nothing declares
 * would have been found by any source that claimed the host, so there one previous look is enough.
 */
export function formerLooks(before: EvaluatedState | null): FormerLooks {
  const index = before === null ? null : indexDeclarations(before);
  const look = before?.firstLook ?? NO_FIRST_LOOK;
  const early = lookup(look.compared);
  const unreached = lookup(look.unmeasured);
  const missing = new Set(look.missing);
  const evaluated = (host: LookedAt): ReadonlySet<string> => {
    const files = host.firstAsked || index === null ? [] : index.claims(host).map((place) => place.file);
    return new Set(files.filter((file) => unreached.get(file)?.has(host.address) !== true));
  };
  const inWindow = (host: LookedAt): ReadonlySet<string> =>
    new Set([...early].filter(([, hosts]) => hosts.has(host.address)).map(([file]) => file));
  const wasFound = (finding: DriftFinding, files: ReadonlySet<string>) =>
    finding.declaration === null ? files.size > 0 : finding.declaration.sources.some(({ file }) => files.has(file));
  // While a source was unreadable, nothing was called undeclared.
  const blind = (finding: DriftFinding) => finding.declaration === null && index?.incomplete === true;
  const wasEvaluated = (finding: DriftFinding, host: LookedAt) => !blind(finding) && wasFound(finding, evaluated(host));
  return {
    compared: (host) => new Set([...evaluated(host), ...inWindow(host)]),
    isFirst: (finding, host) =>
      missing.has(endpointOf(finding)) || !(wasEvaluated(finding, host) || wasFound(finding, inWindow(host))),
    isUntold: (finding, host) => !wasEvaluated(finding, host) && !(blind(finding) && wasFound(finding, inWindow(host))),
  };
}

/** The hosts of a cycle by address, and what was looked at before it. */
export interface Looks {
  readonly hosts: ReadonlyMap<string, LookedAt>;
  readonly former: FormerLooks;
}

export function isFirstLook(finding: DriftFinding, { hosts, former }: Looks): boolean {
  const host = hosts.get(finding.host);
  return host !== undefined && former.isFirst(finding, host);
}

/** `10.0.0.5 tcp/80` of what is missing; no other finding has one. */
export function endpointOf({ absence, host, port }: DriftFinding): string {
  return absence && port !== null ? `${host} ${portKey(port)}` : "";
}

function lookup(all: readonly HostsOfSource[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(all.map(({ file, hosts }) => [file, new Set(hosts)]));
}
