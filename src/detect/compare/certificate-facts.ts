import { isRenewal } from "../../domain/certificate-change.ts";
import type { Facts } from "../../domain/facts.ts";
import { PORT_FIELDS } from "../../domain/fields/port.ts";
import type { ComparedPort } from "./compared-ports.ts";

/** Who issued the certificate for which names: what is normal, and what the port shows. */
export function certificateFacts({ memory, values }: ComparedPort): { readonly before: Facts; readonly after: Facts } {
  return {
    before: factsOf(memory.fields.get("certificate")?.value),
    after: factsOf(values.get("certificate")),
  };
}

export function isRenewed({ memory, port, host }: ComparedPort): boolean {
  return isRenewal(memory, port, host.observation.observedAt);
}

function factsOf(certificate: string | undefined): Facts {
  return certificate === undefined ? {} : PORT_FIELDS.certificate.facts(certificate);
}
