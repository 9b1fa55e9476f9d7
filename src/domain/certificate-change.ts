import type { PortBaseline } from "./baseline.ts";
import { type KnownCertificate, knownCertificate } from "./certificate.ts";
import type { ReasonCode } from "./deviation.ts";
import { sameValue } from "./fields/compare.ts";
import { PORT_FIELDS } from "./fields/port.ts";
import type { PortObservation } from "./observation.ts";

const HOUR_MS = 3_600_000;
/** Authorities date certificates back by up to a day, and people put them in place on the day after. */
const ISSUED_BEFORE_MS = 48 * HOUR_MS;
/** Clocks differ. */
const ISSUED_AFTER_MS = HOUR_MS;

/** Why the new certificate is not just the old one again; none for an ordinary renewal. */
export function certificateReasons(before: KnownCertificate, now: KnownCertificate): readonly ReasonCode[] {
  return [
    ...(now.selfSigned && !before.selfSigned ? ["self-signed" as const] : []),
    ...(sameIssuer(before, now) ? [] : ["foreign-issuer" as const]),
    ...(before.names.every((name) => now.names.some((other) => covers(other, name))) ? [] : ["name-lost" as const]),
  ];
}

/**
 * An ordinary renewal: another key, but issued by the same authority, for at least the same names, since it was
 * last looked at. Anybody can sign a certificate, so a self-signed one with another key is never one.
 */
export function isRenewal(memory: PortBaseline, port: PortObservation, observedAt: number): boolean {
  const [key, now] = [memory.fields.get("tls")?.value, PORT_FIELDS.tls.read(port)];
  const certificate = port.identity?.certificate.content;
  const before = knownCertificate(memory.fields.get("certificate")?.value);
  if (key === undefined || now === null || sameValue("tls", key, now)) return false;
  if (before === null || certificate === undefined || certificate.selfSigned || certificate.notBefore === null)
    return false;
  const issued = certificate.notBefore;
  const inTime = issued >= lookedAt(memory) - ISSUED_BEFORE_MS && issued <= observedAt + ISSUED_AFTER_MS;
  return inTime && certificateReasons(before, certificate).length === 0;
}

/** When its certificate was looked at: not in every scan that saw the port open. */
function lookedAt({ lastSeen, fingerprinted }: PortBaseline): number {
  return Math.min(lastSeen.at, fingerprinted?.at ?? lastSeen.at);
}

/** As a renewal in all but its time: the same authority, for at least the same names, and not signed by itself. */
export function isRenewalLike(memory: PortBaseline, port: PortObservation): boolean {
  const before = knownCertificate(memory.fields.get("certificate")?.value);
  const now = port.identity?.certificate.content;
  if (before === null || now === undefined || now.selfSigned) return false;
  return certificateReasons(before, now).length === 0;
}

function sameIssuer(a: KnownCertificate, b: KnownCertificate): boolean {
  if (a.selfSigned || b.selfSigned) return a.selfSigned && b.selfSigned;
  if (a.organisation !== null && b.organisation !== null) return sameText(a.organisation, b.organisation);
  return a.organisation === b.organisation && sameText(a.issuer, b.issuer);
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** A wildcard stands for one label (RFC 6125, section 6.4.3). */
function covers(pattern: string, name: string): boolean {
  return pattern === name || (pattern.startsWith("*.") && name.slice(name.indexOf(".")) === pattern.slice(1));
}
