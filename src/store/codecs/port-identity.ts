import { z } from "zod";
import { certificateSeen } from "../../domain/certificate.ts";
import type { PortIdentity } from "../../domain/observation.ts";
import { cleanText, numberOrNull, textOrNull, texts } from "./json.ts";

const certificate = z.strictObject({
  issuer: z.string(),
  organisation: textOrNull,
  names: texts,
  selfSigned: z.boolean(),
  notBefore: numberOrNull,
});

/** What 0.1.0 knew has a member each; whatever else scripts report is in `values`, by the id of its field. */
const stored = z.strictObject({
  ssh: textOrNull,
  tls: textOrNull,
  tlsIssuer: cleanText.nullable(),
  tlsSubject: cleanText.nullable(),
  tlsNotAfter: numberOrNull,
  tlsSelfSigned: z.boolean().nullable(),
  certificate: certificate.exactOptional(),
  banner: textOrNull,
  httpTitle: textOrNull,
  values: z.record(z.string(), z.string()).exactOptional(),
});
type Stored = z.output<typeof stored>;

export const portIdentity = z.codec(stored, z.custom<PortIdentity>(isObject), {
  decode: unpack,
  encode: packPortIdentity,
});

export function packPortIdentity({ values, certificate: seen }: PortIdentity): Stored {
  const { ssh = null, tls = null, banner = null, http_title: httpTitle = null, ...others } = values;
  return {
    ssh,
    tls,
    tlsIssuer: seen.issuer ?? null,
    tlsSubject: seen.subject ?? null,
    tlsNotAfter: seen.notAfter ?? null,
    tlsSelfSigned: seen.selfSigned ?? null,
    ...(seen.content === undefined ? {} : { certificate: seen.content }),
    banner,
    httpTitle,
    ...(Object.keys(others).length === 0 ? {} : { values: others }),
  };
}

function unpack(row: Stored): PortIdentity {
  const known = { ssh: row.ssh, tls: row.tls, banner: row.banner, http_title: row.httpTitle };
  const told = Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    values: { ...Object.fromEntries(told), ...row.values },
    certificate: certificateSeen({
      issuer: row.tlsIssuer,
      subject: row.tlsSubject,
      notAfter: row.tlsNotAfter,
      selfSigned: row.tlsSelfSigned,
      content: row.certificate ?? null,
    }),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
