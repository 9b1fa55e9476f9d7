import { knownCertificate } from "../../domain/certificate.ts";
import { certificateReasons } from "../../domain/certificate-change.ts";
import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { keyDigest } from "../../domain/key-set.ts";
import { shortDigest } from "../../lib/hash.ts";
import { certificateFacts, isRenewed } from "../compare/certificate-facts.ts";
import { aboutField, type ComparedPort, comparedPorts, portChange } from "../compare/compared-ports.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { fieldChanges } from "../compare/field-detector.ts";

/**
 * Another public key in the TLS leaf certificate that is no ordinary renewal, or a new certificate for the known key by
 * another authority, without a name it had, or self-signed.
 */
export const certificateChanged: Detector = { id: "certificate-changed", version: "1.1.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  const replaced = fieldChanges(view, certificateChanged, {
    field: "tls",
    reasons: ["key-replaced"],
    describe: (compared) => (isRenewed(compared) ? null : { ...certificateFacts(compared), reasons: newsOf(compared) }),
  });
  return [...replaced, ...comparedPorts(view).flatMap((compared) => reissued(view, compared) ?? [])];
}

function newsOf(compared: ComparedPort): Deviation["reasons"] {
  const [before, now] = certificatesOf(compared);
  return before === null || now === null ? [] : certificateReasons(before, now);
}

function certificatesOf({ memory, values }: ComparedPort) {
  return [
    knownCertificate(memory.fields.get("certificate")?.value),
    knownCertificate(values.get("certificate")),
  ] as const;
}

/** The key is the same; the certificate says something else about it. */
function reissued(view: CycleView, compared: ComparedPort): Deviation | null {
  const change = portChange(view, compared, "certificate");
  const key = compared.values.get("tls");
  const reasons = newsOf(compared);
  if (change === null || key === undefined || reasons.length === 0 || portChange(view, compared, "tls") !== null)
    return null;
  const facts = certificateFacts(compared);
  return deviation(certificateChanged, {
    ...aboutField(view, compared, change),
    target: `certificate ${shortDigest(change.to)}`,
    from: facts.before.tls_issuer ?? null,
    to: facts.after.tls_issuer ?? null,
    before: { tls_sha256: keyDigest(key), ...facts.before },
    after: { tls_sha256: keyDigest(key), ...facts.after },
    reasons,
  });
}
