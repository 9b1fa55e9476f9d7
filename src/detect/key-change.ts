import type { CycleView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import type { Facts } from "../domain/facts.ts";
import { keyDigest } from "../domain/key-set.ts";
import { aboutField, comparedPorts, portChange } from "./compared-ports.ts";
import { deviation } from "./detector.ts";
import type { Detector } from "./detector.ts";

/** First digits of a digest: enough for a sentence and for grouping. */
const SHORT = 16;

/** Another public key on a port: of the TLS leaf, or the SSH host keys. */
export function keyChanges(
  view: CycleView,
  detector: Pick<Detector, "id" | "version">,
  key: { readonly field: "tls" | "ssh"; readonly facts: (digest: string) => Facts },
): readonly Deviation[] {
  return comparedPorts(view).flatMap((compared) => {
    const change = portChange(view, compared, key.field);
    if (change === null) return [];
    const found = {
      ...aboutField(view, compared, change),
      target: change.to,
      from: keyDigest(change.from).slice(0, SHORT),
      to: keyDigest(change.to).slice(0, SHORT),
      before: key.facts(keyDigest(change.from)),
      after: key.facts(keyDigest(change.to)),
      reasons: ["key-replaced" as const],
    };
    return [deviation(detector, found)];
  });
}
