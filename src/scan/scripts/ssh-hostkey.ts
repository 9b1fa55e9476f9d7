import { keySet } from "../../domain/key-set.ts";
import { sha256Hex } from "../../lib/hash.ts";
import { childrenOf } from "../xml/element.ts";
import type { XmlElement } from "../xml/xml-element.ts";
import type { Script } from "./script.ts";
import { leaf } from "./table.ts";

/** The host keys of a server by type, as `keySet` writes them. */
export const sshHostkey: Script<"ssh-hostkey"> = {
  id: "ssh-hostkey",
  run: {
    source: "nmap",
    categories: ["safe", "default", "discovery"],
    requests: "one key exchange per host key type",
  },
  read: (script) => ({ values: { ssh: sshKeys(script) } }),
};

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
