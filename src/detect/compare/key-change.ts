import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { keyDigest } from "../../domain/key-set.ts";
import { aboutField, type ComparedPort, comparedPorts, portChange } from "./compared-ports.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";

/** First digits of a digest: enough for a sentence and for grouping. */
const SHORT = 16;

/** Which key of a port, and what a detector says of its replacement; `describe` gives null for what is not its news. */
export interface KeyQuestion {
  readonly field: "tls" | "ssh";
  readonly facts: (digest: string) => Facts;
  readonly describe?: (compared: ComparedPort) => Partial<Pick<Deviation, "before" | "after" | "reasons">> | null;
}

/** Another public key on a port: of the TLS leaf, or the SSH host keys. */
export function keyChanges(
  view: CycleView,
  detector: Pick<Detector, "id" | "version">,
  key: KeyQuestion,
): readonly Deviation[] {
  return comparedPorts(view).flatMap((compared) => {
    const change = portChange(view, compared, key.field);
    const more = change === null ? null : key.describe === undefined ? {} : key.describe(compared);
    if (change === null || more === null) return [];
    const [from, to] = [keyDigest(change.from), keyDigest(change.to)];
    const found = {
      ...aboutField(view, compared, change),
      target: change.to,
      from: from.slice(0, SHORT),
      to: to.slice(0, SHORT),
      before: { ...key.facts(from), ...more.before },
      after: { ...key.facts(to), ...more.after },
      reasons: ["key-replaced" as const, ...(more.reasons ?? [])],
    };
    return [deviation(detector, found)];
  });
}
