import { issuerText, type KnownCertificate, knownCertificate } from "../../domain/certificate.ts";
import { isRenewal } from "../../domain/certificate-change.ts";
import type { Facts } from "../../domain/facts.ts";
import type { ComparedPort } from "./compared-ports.ts";

/** Who issued the certificate for which names: what is normal, and what the port shows. */
export function certificateFacts({ memory, values }: ComparedPort): { readonly before: Facts; readonly after: Facts } {
  return {
    before: factsOf(knownCertificate(memory.fields.get("certificate")?.value)),
    after: factsOf(knownCertificate(values.get("certificate"))),
  };
}

export function isRenewed({ memory, port, host }: ComparedPort): boolean {
  return isRenewal(memory, port, host.observation.observedAt);
}

function factsOf(certificate: KnownCertificate | null): Facts {
  if (certificate === null) return {};
  return { tls_issuer: issuerText(certificate), tls_names: certificate.names.join(",") };
}
