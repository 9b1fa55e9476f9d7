import type { SinkReason } from "../../../domain/ports/sink.ts";

/** How the two sides can miss each other, with the words for it. The first row that fits counts. */
interface Mismatch {
  /** Of the error: its code, or what it says (a client names neither the alerts of TLS nor a closed connection). */
  readonly looks: RegExp;
  readonly slug: "tls" | "credentials" | "connection";
  readonly says: string;
}

/** Said by a connection whose first bytes are a TLS alert; see sockets.ts. */
export const TLS_EXPECTED = "ERR_TLS_EXPECTED";

const MISMATCHES: readonly Mismatch[] = [
  {
    looks: /^ERR_TLS_EXPECTED$/,
    slug: "tls",
    says: "the broker speaks TLS on this port and the output does not; set tls",
  },
  {
    looks: /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    slug: "tls",
    says: "the other side does not speak TLS on this port; use the port of the TLS listener, or remove tls",
  },
  {
    looks: /^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_(SIGNATURE|UNTRUSTED|REJECTED))/,
    slug: "tls",
    says: "the broker's certificate is from an authority that is not trusted here; set tls.ca_file to that authority's certificate",
  },
  {
    looks: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    slug: "tls",
    says: "the broker's certificate is for other names than the one it was reached by; name the brokers as in their certificates, or set tls.server_name",
  },
  {
    looks: /^CERT_HAS_EXPIRED$/,
    slug: "tls",
    says: "the broker's certificate has expired; renew it on the broker",
  },
  {
    looks: /ALERT_(BAD_CERTIFICATE|CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE)/,
    slug: "tls",
    says: "the broker wants a certificate of the agent and did not get one that it can use; set tls.cert_file and tls.key_file",
  },
  {
    looks: /ALERT_(CERTIFICATE_UNKNOWN|UNKNOWN_CA|CERTIFICATE_EXPIRED|CERTIFICATE_REVOKED|UNSUPPORTED_CERTIFICATE)/,
    slug: "tls",
    says: "the broker does not accept the certificate in tls.cert_file; it must be in date and from an authority that the broker trusts",
  },
  {
    looks: /ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/,
    slug: "tls",
    says: "the broker offers only TLS versions before 1.2; turn on TLS 1.2 or 1.3 on the broker",
  },
  {
    looks: /^33$/,
    slug: "credentials",
    says: "the broker's listener does not offer this SASL mechanism; set sasl.mechanism to one that it offers",
  },
  {
    looks: /^34$/,
    slug: "credentials",
    says: "the broker's listener takes no logins; use the port of a SASL listener, or remove sasl",
  },
  {
    looks: /before secure TLS connection was established/,
    slug: "connection",
    says: "the broker ended the connection before TLS was agreed; if its port does not speak TLS, use that of the TLS listener or remove tls",
  },
  {
    looks: /^Closed connection$/,
    slug: "connection",
    says: "the broker closed the connection; if its listener asks for a login, set sasl",
  },
];

/** Null: the error is about something else. */
export function mismatchIn(codesAndWords: readonly string[]): SinkReason | null {
  const found = MISMATCHES.find(({ looks }) => codesAndWords.some((text) => looks.test(text)));
  return found === undefined ? null : { slug: found.slug, text: found.says };
}
