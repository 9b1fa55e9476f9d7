import type { IdentityEvidence } from "../../domain/evidence.ts";
import { evidenceKey } from "../identity/evidence.ts";

/** A host of a file, or one that is known here. */
interface Recognisable {
  readonly id: string | null;
  readonly address: string;
  readonly evidence: readonly IdentityEvidence[];
}

/**
 * Which host of `here` each host of `file` is: by a key or MAC address in common, else by its id, else by its address
 * unless both are recognised by something and have nothing of it in common. Each is matched once.
 */
export function matchHosts<F extends Recognisable, H extends Recognisable>(
  file: readonly F[],
  here: readonly H[],
): ReadonlyMap<F, H> {
  const matched = new Map<F, H>();
  const taken = new Set<H>();
  const round = (candidates: (host: F) => readonly H[]) => {
    for (const host of file) {
      if (matched.has(host)) continue;
      const found = candidates(host).find((candidate) => !taken.has(candidate));
      if (found === undefined) continue;
      matched.set(host, found);
      taken.add(found);
    }
  };
  const byEvidence = Map.groupBy(
    here.flatMap((host) => strongKeys(host).map((key) => [key, host] as const)),
    ([key]) => key,
  );
  const byId = new Map(here.map((host) => [host.id, host]));
  const byAddress = Map.groupBy(here, (host) => host.address);
  // What several have is a clone's, and says nothing.
  round((host) => strongKeys(host).flatMap((key) => only(byEvidence.get(key))));
  round((host) => (host.id === null ? [] : present(byId.get(host.id))));
  round((host) => (byAddress.get(host.address) ?? []).filter((other) => !isAnother(host, other)));
  return matched;
}

/** Both are recognised by something strong of one kind, and it differs. */
function isAnother(a: Recognisable, b: Recognisable): boolean {
  const kinds = new Set(strong(b).map(({ kind }) => kind));
  const its = new Set(strongKeys(b));
  return strong(a).some(({ kind }) => kinds.has(kind)) && !strongKeys(a).some((key) => its.has(key));
}

function strong({ evidence }: Recognisable): readonly IdentityEvidence[] {
  return evidence.filter((one) => one.strong);
}

function strongKeys(host: Recognisable): readonly string[] {
  return strong(host).map(evidenceKey);
}

function only<H>(found: readonly (readonly [string, H])[] | undefined): readonly H[] {
  return found?.length === 1 ? found.map(([, host]) => host) : [];
}

function present<H>(host: H | undefined): readonly H[] {
  return host === undefined ? [] : [host];
}
