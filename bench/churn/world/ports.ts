import type { WorldCertificate, WorldPort, WorldService } from "../types.ts";
import { random } from "./random.ts";

/** An open TCP port. */
export function tcp(number: number, service: WorldService | null, more: Partial<WorldPort> = {}): WorldPort {
  return { transport: "tcp", number, service, sshKeys: [], certificate: null, ...more };
}

/** SSH on a machine with keys of its own. */
export function ssh(number: number, service: WorldService, owner: string): WorldPort {
  return tcp(number, service, { sshKeys: sshKeys(owner, 0) });
}

/** Another `generation` are other keys. */
export function sshKeys(owner: string, generation: number): readonly string[] {
  return ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"].map((type) => `${type} ${owner} ${generation}`);
}

const DAY_MS = 86_400_000;
/** The world begins; every first certificate was issued before. */
const BEGIN = Date.UTC(2026, 0, 5);

/** How a certificate is issued and for how long it is valid. */
export interface Authority {
  readonly issuer: string;
  readonly organisation: string;
  readonly days: number;
  /** After how many days its holders renew it. */
  readonly renewedAfter: number;
}

export const CORPORATE: Authority = {
  issuer: "Example Issuing CA 2",
  organisation: "Example Corp",
  days: 365,
  renewedAfter: 335,
};
export const PUBLIC: Authority = { issuer: "R12", organisation: "Let's Encrypt", days: 90, renewedAfter: 60 };
/** What public authorities go to. */
export const SHORT: Authority = { issuer: "WE1", organisation: "Google Trust Services", days: 47, renewedAfter: 30 };
export const MONTHLY: Authority = {
  issuer: "Example Mesh CA 1",
  organisation: "Example Corp",
  days: 31,
  renewedAfter: 28,
};
export const AUTHORITIES: readonly Authority[] = [CORPORATE, PUBLIC, SHORT, MONTHLY];

/** The certificate that a service has when the world begins, some way into its life. */
export function certificateOf(name: string, authority: Authority, seed: number): WorldCertificate {
  const age = random(seed, "age of certificate", name).between(0, authority.renewedAfter);
  return issued(name, authority, { notBefore: Math.round(BEGIN - age * DAY_MS), serial: "0" });
}

export function issued(
  name: string,
  authority: Authority,
  at: { readonly notBefore: number; readonly serial: string },
): WorldCertificate {
  return {
    subject: name,
    issuer: authority.issuer,
    organisation: authority.organisation,
    names: [name],
    notBefore: at.notBefore,
    notAfter: at.notBefore + authority.days * DAY_MS,
    key: `tls ${name} ${at.serial}`,
    serial: `${name} ${at.serial}`,
  };
}

/** `key`: factory certificates are often the same on every device of a model. */
export function selfSigned(name: string, key: string, notBefore: number): WorldCertificate {
  return {
    subject: name,
    issuer: name,
    organisation: null,
    names: [name],
    notBefore,
    notAfter: notBefore + 3650 * DAY_MS,
    key: `tls ${key}`,
    serial: key,
  };
}
