import type { CleanText } from "../../domain/clean-text.ts";
import { keySet } from "../../domain/key-set.ts";
import type { PortIdentity } from "../../domain/observation.ts";
import { sha256Hex } from "../../lib/hash.ts";
import { readCertificate } from "./certificate.ts";
import { childrenOf, rawAttribute } from "./element.ts";
import type { XmlElement } from "./xml-element.ts";
import { leaf } from "./script-table.ts";
import { FIELD, readOptional } from "./text.ts";

const NONE: PortIdentity = {
  ssh: null,
  tls: null,
  tlsIssuer: null,
  tlsSubject: null,
  tlsNotAfter: null,
  tlsSelfSigned: null,
  banner: null,
  httpTitle: null,
};
// The meaning of tripline-banner's keys that this reader knows.
const BANNER_SCHEMA = "1";

/** What identifies the software behind the port, from the scripts that tell it; null when none did. */
export function readIdentity(port: XmlElement, cuts: Set<string>): PortIdentity | null {
  const found: Partial<PortIdentity>[] = [];
  for (const script of childrenOf(port, "script")) {
    const id = rawAttribute(script, "id");
    if (rawAttribute(script, "output")?.trimStart().startsWith("ERROR:") === true) continue;
    if (id === "ssh-hostkey") found.push({ ssh: sshKeys(script) });
    else if (id === "ssl-cert") found.push(readCertificate(script, cuts));
    else if (id === "tripline-banner") found.push({ banner: banner(script, cuts) });
    else if (id === "http-title") found.push({ httpTitle: readOptional(leaf(script, "title"), FIELD.title, cuts) });
  }
  const identity = found.reduce<PortIdentity>((all, part) => ({ ...all, ...part }), NONE);
  return Object.values(identity).every((value) => value === null) ? null : identity;
}

/**
 * nmap's structured fingerprints are MD5 whatever was asked, so the keys themselves are hashed: the digest is the one
 * that OpenSSH shows. A table without its key still has a fingerprint, under a type of its own.
 */
function sshKeys(script: XmlElement): string | null {
  const keys = childrenOf(script, "table").flatMap((table): [string, string][] => {
    const type = leaf(table, "type") ?? "";
    const name = /^[\w.@-]{1,64}$/.test(type) ? type : "";
    const [key, fingerprint] = [leaf(table, "key"), leaf(table, "fingerprint")];
    if (key !== undefined) return [[name, sha256Hex(Buffer.from(key, "base64"))]];
    return fingerprint === undefined ? [] : [[`${name}:md5`, sha256Hex(fingerprint.toLowerCase())]];
  });
  return keySet(keys);
}

function banner(script: XmlElement, cuts: Set<string>): CleanText | null {
  return leaf(script, "schema") === BANNER_SCHEMA ? readOptional(leaf(script, "norm"), FIELD.banner, cuts) : null;
}
