import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/** A certificate authority of a test's own, and what a server needs: PEM texts. Made without any outside program. */
export interface Authority {
  readonly ca: string;
  issue(wish?: CertificateWish): ServerIdentity;
}

export interface CertificateWish {
  /** Address or name the certificate is for; default 127.0.0.1. */
  readonly host?: string;
  /** Ended yesterday. */
  readonly expired?: boolean;
  /** Further names; `host` is the subject. */
  readonly names?: readonly string[];
  /** When it begins, UTC ms. */
  readonly from?: number;
}

export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
}

const DAY = 86_400_000;

export function makeAuthority(name: string, organisation: string | null = null): Authority {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const valid = { from: Date.now() - 30 * DAY, to: Date.now() + 30 * DAY };
  const basics = extension("551d13", sequence(der(0x01, Buffer.from([0xff]))));
  return {
    ca: certificate(
      { issuer: { name, organisation }, subject: name, valid, publicKey, extensions: [basics] },
      privateKey,
    ),
    issue: ({ host = "127.0.0.1", expired = false, names = [], from = valid.from } = {}) => {
      const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const until = { from, to: Date.now() + (expired ? -DAY : DAY) };
      const wanted = {
        issuer: { name, organisation },
        subject: host,
        valid: until,
        publicKey: own.publicKey,
        extensions: [alternativeOf([host, ...names])],
      };
      return {
        cert: certificate(wanted, privateKey),
        key: createPrivateKey(own.privateKey.export({ type: "pkcs8", format: "pem" }))
          .export({ type: "pkcs8", format: "pem" })
          .toString(),
      };
    },
  };
}

/** A certificate that nobody but its own key vouches for. */
export function selfSigned(host: string, from: number): string {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = { name: host, organisation: null };
  return certificate(
    { issuer, subject: host, valid: { from, to: Date.now() + DAY }, publicKey, extensions: [alternativeOf([host])] },
    privateKey,
  );
}

interface Wanted {
  readonly issuer: Issuer;
  readonly subject: string;
  /** UTC ms. */
  readonly valid: { readonly from: number; readonly to: number };
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

interface Issuer {
  readonly name: string;
  readonly organisation: string | null;
}

let serial = 1;

/** X.509 v3 (RFC 5280, section 4.1) with ECDSA and SHA-256. */
function certificate(wanted: Wanted, issuerKey: KeyObject): string {
  const algorithm = sequence(oid("2a8648ce3d040302"));
  const body = sequence(
    der(0xa0, integer(2)),
    integer(serial++),
    algorithm,
    distinguishedName(wanted.issuer),
    sequence(time(wanted.valid.from), time(wanted.valid.to)),
    distinguishedName({ name: wanted.subject, organisation: null }),
    wanted.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...wanted.extensions)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, issuerKey)]));
  const text = sequence(body, algorithm, signature)
    .toString("base64")
    .replace(/(.{64})/g, "$1\n");
  return `-----BEGIN CERTIFICATE-----\n${text.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

/** Tag, length, content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, "0"), "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function integer(value: number): Buffer {
  return der(0x02, Buffer.from([value]));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function distinguishedName({ name, organisation }: Issuer): Buffer {
  const part = (id: string, text: string) => der(0x31, sequence(oid(id), der(0x0c, Buffer.from(text, "utf8"))));
  return sequence(...(organisation === null ? [] : [part("55040a", organisation)]), part("550403", name));
}

function alternativeOf(names: readonly string[]): Buffer {
  return extension("551d11", sequence(...names.map(generalName)));
}

/** GeneralizedTime without fraction. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  return der(0x18, Buffer.from(text, "ascii"));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value));
}

function generalName(host: string): Buffer {
  return isIPv4(host) ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host, "ascii"));
}
