import type { CleanText } from "./clean-text.ts";

/** What a leaf certificate contains besides its key. */
export interface Certificate {
  /** Common name of the issuer; empty where it has none. */
  readonly issuer: string;
  /** Its organisation; public authorities keep it while they change between issuing certificates. */
  readonly organisation: string | null;
  /** Subject and alternative names, lower case, sorted. */
  readonly names: readonly string[];
  readonly selfSigned: boolean;
  /** UTC ms; null where it is not readable. */
  readonly notBefore: number | null;
}

/** The leaf certificate of a port as one scan saw it, beside the key; absent is what was not readable. */
export interface CertificateSeen {
  /** Common names, for people. */
  readonly issuer?: CleanText;
  readonly subject?: CleanText;
  /** UTC ms. */
  readonly notAfter?: number;
  readonly selfSigned?: boolean;
  /** What is compared. */
  readonly content?: Certificate;
}

/** The same with null for what was not readable. */
type CertificateReading = { readonly [K in keyof CertificateSeen]-?: NonNullable<CertificateSeen[K]> | null };

export function certificateSeen({
  issuer,
  subject,
  notAfter,
  selfSigned,
  content,
}: CertificateReading): CertificateSeen {
  return {
    ...(issuer === null ? {} : { issuer }),
    ...(subject === null ? {} : { subject }),
    ...(notAfter === null ? {} : { notAfter }),
    ...(selfSigned === null ? {} : { selfSigned }),
    ...(content === null ? {} : { content }),
  };
}

/** What is remembered of it: all but its time. */
export type KnownCertificate = Omit<Certificate, "notBefore">;

/** One text per content, for the memory of a port. */
export function certificateText({ organisation, issuer, selfSigned, names }: Certificate): string {
  return JSON.stringify([organisation, issuer, selfSigned ? 1 : 0, ...names]);
}

/** The inverse of {@link certificateText}; null for any other text. */
export function knownCertificate(text: string | undefined): KnownCertificate | null {
  if (text === undefined || !text.startsWith("[")) return null;
  const [organisation, issuer, selfSigned, ...names]: unknown[] = JSON.parse(text);
  if (typeof issuer !== "string") return null;
  return {
    organisation: typeof organisation === "string" ? organisation : null,
    issuer,
    selfSigned: selfSigned === 1,
    names: names.filter((name) => typeof name === "string"),
  };
}

/** `Corp Issuing CA 2 (Example Corp)`, for people. */
export function issuerText({ issuer, organisation }: KnownCertificate): string {
  if (organisation === null) return issuer;
  return issuer === "" ? organisation : `${issuer} (${organisation})`;
}
