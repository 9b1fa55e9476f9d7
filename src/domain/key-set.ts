import { sha256Hex } from "../lib/hash.ts";

/**
 * The public keys of one port as one comparable text: `ssh-ed25519:<digest> ssh-rsa:<digest>`, sorted. A key without a
 * type stands alone. A server has a key per type, and a scan does not always get all of them.
 */
export function keySet(keys: Iterable<readonly [type: string, digest: string]>): string | null {
  const texts = [...new Map([...keys].toSorted(byText))].map(([type, digest]) =>
    type === "" ? digest : `${type}:${digest}`,
  );
  return texts.length === 0 ? null : texts.toSorted().join(" ");
}

/** The digests in it, one per key. */
export function keysIn(text: string): readonly string[] {
  return [...parse(text).values()];
}

/** One digest for events: of the key, or over all of them. */
export function keyDigest(text: string): string;
export function keyDigest(text: string | undefined): string | undefined;
export function keyDigest(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const digests = keysIn(text);
  return digests.length === 1 ? digests[0] : sha256Hex(digests.join("\n"));
}

/** Equal as far as both name it: every type that both have, and at least one such type. */
export function sameKeys(a: string, b: string): boolean {
  const [known, seen] = [parse(a), parse(b)];
  const common = [...seen.keys()].filter((type) => known.has(type));
  return common.length > 0 && common.every((type) => known.get(type) === seen.get(type));
}

/** Of two sets that have the {@link sameKeys}: what both together know. */
export function joinKeys(a: string, b: string): string {
  return keySet([...parse(a), ...parse(b)]) ?? a;
}

/** Two keys of one type are not normal for a server; which of them is kept must not depend on their order. */
function byText(a: readonly [string, string], b: readonly [string, string]): number {
  return a.join(":") < b.join(":") ? -1 : 1;
}

function parse(text: string): ReadonlyMap<string, string> {
  const keys = text.split(" ").map((key): [string, string] => {
    const colon = key.lastIndexOf(":");
    return [key.slice(0, Math.max(0, colon)), key.slice(colon + 1)];
  });
  return new Map(keys);
}
