import type { DeviationHistory } from "./deviation.ts";
import type { AnomalyKind } from "./kinds.ts";

/**
 * What is counted of a kind: in how many scans the subject was as it is now (`seen`), or how often it changed
 * (`changes`), with the word for it; null where a kind is rare whatever was learned.
 */
const COUNTED: Readonly<Record<AnomalyKind, readonly [counts: "seen" | "changes", word: string] | null>> = {
  "port-opened": ["seen", "open"],
  "ports-opened": ["seen", "open"],
  "undeclared-port": ["seen", "open"],
  "host-appeared": ["seen", "seen"],
  "undeclared-host": ["seen", "seen"],
  "port-closed": ["changes", "closed"],
  "host-disappeared": ["changes", "gone"],
  "service-changed": ["changes", "changed"],
  "version-changed": ["changes", "changed"],
  "version-downgraded": ["changes", "changed"],
  "banner-changed": ["changes", "changed"],
  "certificate-changed": ["changes", "changed"],
  "certificate-renewed": ["changes", "changed"],
  "hostkey-changed": ["changes", "changed"],
  "host-moved": ["changes", "moved"],
  "name-changed": ["changes", "changed"],
  "mac-changed": ["changes", "changed"],
  "os-shifted": ["changes", "changed"],
  "identity-changed": ["changes", "changed"],
  rollout: ["changes", "changed"],
  "all-ports-open": null,
  "port-moved": null,
  "missing-endpoint": null,
  "service-mismatch": null,
};

/** What the baseline says about the subject, in plain words: `never open in 412 covered scans`. */
export function howOften(kind: AnomalyKind, history: DeviationHistory): string {
  const { scans } = history;
  const counted = COUNTED[kind];
  if (counted === null) return "rare on any network";
  if (scans === 0) return "nothing was learned about it before";
  const [counts, word] = counted;
  const covered = `${scans} covered scan${scans === 1 ? "" : "s"}`;
  const n = history[counts];
  if (n === 0) return `never ${word} in ${covered}`;
  return counts === "seen"
    ? `${word} in ${n} of ${covered}`
    : `${word} ${n === 1 ? "once" : `${n} times`} in ${covered}`;
}
