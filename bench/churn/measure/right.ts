import type { Anomaly } from "../../../src/domain/anomaly.ts";
import type { Facts } from "../../../src/domain/facts.ts";
import { keyDigest, keySet } from "../../../src/domain/key-set.ts";
import { sha256Hex } from "../../../src/lib/hash.ts";
import { sshKeyOf } from "../simulate/host-xml.ts";
import type { Label } from "../types.ts";

/** Whether an alert names the field that changed, with the value that was normal and the one that is there now. */
export function isRight(anomaly: Anomaly, { right: { field, from, to } }: Label): boolean {
  // That it came or went is in its kind.
  if (field === null || field === "presence") return true;
  return shows(anomaly.before, field, from) && shows(anomaly.after, field, to);
}

function shows(facts: Facts, field: string, wanted: string | null): boolean {
  if (wanted === null) return true;
  const shown = factOf(facts, field);
  return shown !== undefined && plain(shown).includes(plain(field === "ssh" ? digestOf(wanted) : wanted));
}

function factOf(facts: Facts, field: string): string | undefined {
  if (field === "ssh") return facts.ssh_sha256;
  if (field === "issuer") return facts.tls_issuer;
  const found = Object.entries(facts).find(([name]) => name === field)?.[1];
  return found === undefined ? undefined : String(found);
}

/** What a scan shows of the keys that these seeds stand for. */
function digestOf(seeds: string): string {
  const keys = seeds.split(",").map((seed): [string, string] => {
    const { type, key } = sshKeyOf(seed);
    return [type, sha256Hex(Buffer.from(key, "base64"))];
  });
  return keyDigest(keySet(keys) ?? "");
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll("-", ":");
}
