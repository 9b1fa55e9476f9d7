import { X509Certificate } from "node:crypto";
import { type Certificate, certificateSeen } from "../../domain/certificate.ts";
import { CAPS } from "../../domain/clean-text.ts";
import { keySet } from "../../domain/key-set.ts";
import { sha256Hex } from "../../lib/hash.ts";
import { decodeText } from "../xml/decode.ts";
import { childrenOf } from "../xml/element.ts";
import type { XmlElement } from "../xml/xml-element.ts";
import { type FieldKind, readOptional, readText } from "../xml/text.ts";
import type { Findings, Script } from "./script.ts";
import { leaf, subtable } from "./table.ts";

const MAX_PEM = 64 * 1024;
const MAX_NAMES = 100;

const TEXT: FieldKind = { label: "certificate", maxBytes: CAPS.product, escaped: true };

/** The leaf certificate: SHA-256 (hex) of its public key (SPKI), and what it says of itself. */
export const sslCert: Script<"ssl-cert"> = {
  id: "ssl-cert",
  run: { source: "nmap", categories: ["default", "safe", "discovery"], requests: "one TLS handshake" },
  read: readCertificate,
};

/** As `ssl-cert` prints it: the PEM decides where it is readable, else the tables beside it. */
function readCertificate(script: XmlElement, cuts: Set<string>): Findings<"ssl-cert"> {
  const pem = leaf(script, "pem");
  const parsed = pem === undefined || pem.length > MAX_PEM ? null : parsePem(decodeText(pem), cuts);
  const name = (table: string) => readOptional(leaf(subtable(script, table), "commonName"), TEXT, cuts);
  const certificate = certificateSeen({
    subject: name("subject"),
    issuer: name("issuer"),
    notAfter: parsed?.notAfter ?? utcTime(leaf(subtable(script, "validity"), "notAfter")),
    selfSigned: parsed?.certificate.selfSigned ?? null,
    content: parsed?.certificate ?? fromTables(script, cuts),
  });
  return { values: { tls: parsed?.key ?? keyWithoutPem(script) }, certificate };
}

interface Parsed {
  readonly key: string | null;
  readonly notAfter: number | null;
  readonly certificate: Certificate;
}

/** The certificate is hostile bytes: whatever OpenSSL cannot read is not evidence. */
function parsePem(pem: string, cuts: Set<string>): Parsed | null {
  try {
    const x509 = new X509Certificate(pem);
    const { subject, issuer } = x509.toLegacyObject();
    return {
      key: sha256Hex(x509.publicKey.export({ type: "spki", format: "der" })),
      notAfter: timeOf(x509.validToDate),
      certificate: {
        issuer: clean(firstOf(issuer?.CN), cuts) ?? "",
        organisation: clean(firstOf(issuer?.O), cuts),
        names: namesIn([firstOf(subject?.CN), ...alternativeNames(x509.subjectAltName)], cuts),
        selfSigned: x509.checkIssued(x509) && x509.verify(x509.publicKey),
        notBefore: timeOf(x509.validFromDate),
      },
    };
  } catch {
    return null;
  }
}

/** Null without an issuer: then nothing is known but the key. */
function fromTables(script: XmlElement, cuts: Set<string>): Certificate | null {
  const [subject, issuer] = [subtable(script, "subject"), subtable(script, "issuer")];
  if (issuer === undefined) return null;
  const extensions = subtable(script, "extensions");
  const alternative = (extensions === undefined ? [] : childrenOf(extensions, "table")).find(
    (table) => leaf(table, "name") === "X509v3 Subject Alternative Name",
  );
  const read = (table: XmlElement | undefined, key: string) => leaf(table, key);
  return {
    issuer: clean(read(issuer, "commonName"), cuts) ?? "",
    organisation: clean(read(issuer, "organizationName"), cuts),
    names: namesIn([read(subject, "commonName"), ...alternativeNames(leaf(alternative, "value"))], cuts),
    selfSigned: subject !== undefined && nameText(subject) === nameText(issuer),
    notBefore: utcTime(leaf(subtable(script, "validity"), "notBefore")),
  };
}

/** A distinguished name, all its parts in a fixed order. */
function nameText(table: XmlElement): string {
  const parts = childrenOf(table, "elem").map((elem) => `${JSON.stringify(elem.attributes)}=${elem.text}`);
  return parts.toSorted().join("\n");
}

/** OpenSSL separates by comma and names the type: `DNS:a.example, IP Address:10.0.0.1`. */
function alternativeNames(text: string | undefined): readonly string[] {
  return (text ?? "").split(/,\s*/).flatMap((name) => /^(?:DNS|IP(?: Address)?):(.+)$/.exec(name)?.[1] ?? []);
}

function namesIn(names: readonly (string | undefined)[], cuts: Set<string>): readonly string[] {
  const read = names.flatMap((name) => clean(name, cuts)?.toLowerCase() ?? []);
  return [...new Set(read)].toSorted().slice(0, MAX_NAMES);
}

function clean(text: string | undefined, cuts: Set<string>): string | null {
  const read = text === undefined ? "" : readText(text, TEXT, cuts).trim();
  return read === "" ? null : read;
}

function firstOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
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

// nmap writes UTC without a zone, or with an offset that it could not resolve.
function utcTime(raw: string | undefined): number | null {
  const time = raw === undefined ? Number.NaN : Date.parse(/^[\d-]+T[\d:]+$/.test(raw) ? `${raw}Z` : raw);
  return Number.isNaN(time) ? null : time;
}

function timeOf(date: Date): number | null {
  const time = date.getTime();
  return Number.isNaN(time) ? null : time;
}
