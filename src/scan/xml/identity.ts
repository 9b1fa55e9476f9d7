import { X509Certificate } from "node:crypto";
import type { CleanText } from "../../domain/clean-text.ts";
import { keySet } from "../../domain/key-set.ts";
import type { PortIdentity } from "../../domain/observation.ts";
import { sha256Hex } from "../../lib/hash.ts";
import { decodeText } from "./decode.ts";
import { childrenOf, rawAttribute, type XmlElement } from "./element.ts";
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
const MAX_PEM = 64 * 1024;

/** What identifies the software behind the port, from the scripts that tell it; null when none did. */
export function readIdentity(port: XmlElement, cuts: Set<string>): PortIdentity | null {
  const found: Partial<PortIdentity>[] = [];
  for (const script of childrenOf(port, "script")) {
    const id = rawAttribute(script, "id");
    if (rawAttribute(script, "output")?.trimStart().startsWith("ERROR:") === true) continue;
    if (id === "ssh-hostkey") found.push({ ssh: sshKeys(script) });
    else if (id === "ssl-cert") found.push(certificate(script, cuts));
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

function certificate(script: XmlElement, cuts: Set<string>): Partial<PortIdentity> {
  const pem = leaf(script, "pem");
  const parsed = pem === undefined || pem.length > MAX_PEM ? null : parseCertificate(decodeText(pem));
  const name = (table: string) => readOptional(leaf(subtable(script, table), "commonName"), FIELD.certificate, cuts);
  return {
    tls: parsed?.key ?? keyWithoutPem(script),
    tlsSubject: name("subject"),
    tlsIssuer: name("issuer"),
    tlsNotAfter: parsed?.notAfter ?? utcTime(leaf(subtable(script, "validity"), "notAfter")),
    tlsSelfSigned: parsed?.selfSigned ?? null,
  };
}

/** Where the certificate itself is missing or damaged: the modulus of its key, else the fingerprint of the whole. */
function keyWithoutPem(script: XmlElement): string | null {
  const modulus = leaf(subtable(script, "pubkey"), "modulus")?.trim() ?? "";
  if (/^[\dA-Fa-f]{32,4096}$/.test(modulus)) return keySet([["modulus", sha256Hex(modulus.toLowerCase())]]);
  const prints = ["sha256", "sha1", "md5"].map(
    (name) => leaf(script, name)?.replaceAll(/[\s:]/g, "").toLowerCase() ?? "",
  );
  const print = prints.find((text) => /^[\da-f]{32,64}$/.test(text));
  return print === undefined ? null : keySet([["certificate", sha256Hex(print)]]);
}

interface ParsedCertificate {
  readonly key: string | null;
  readonly notAfter: number | null;
  readonly selfSigned: boolean;
}

/** The certificate is hostile bytes: whatever OpenSSL cannot read is no evidence. */
function parseCertificate(pem: string): ParsedCertificate | null {
  try {
    const parsed = new X509Certificate(pem);
    const notAfter = parsed.validToDate.getTime();
    return {
      key: sha256Hex(parsed.publicKey.export({ type: "spki", format: "der" })),
      notAfter: Number.isNaN(notAfter) ? null : notAfter,
      selfSigned: parsed.checkIssued(parsed) && parsed.verify(parsed.publicKey),
    };
  } catch {
    return null;
  }
}

// nmap writes UTC without a zone, or with an offset that it could not resolve.
function utcTime(raw: string | undefined): number | null {
  const time = raw === undefined ? Number.NaN : Date.parse(/^[\d-]+T[\d:]+$/.test(raw) ? `${raw}Z` : raw);
  return Number.isNaN(time) ? null : time;
}

function subtable(script: XmlElement, key: string): XmlElement | undefined {
  return childrenOf(script, "table").find((table) => rawAttribute(table, "key") === key);
}

function leaf(table: XmlElement | undefined, key: string): string | undefined {
  return table?.children.find((child) => child.name === "elem" && rawAttribute(child, "key") === key)?.text;
}
