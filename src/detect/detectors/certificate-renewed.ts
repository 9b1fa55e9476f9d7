import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { certificateFacts, isRenewed } from "../compare/certificate-facts.ts";
import type { Detector } from "../detector.ts";
import { keyChanges } from "../compare/key-change.ts";

/** An ordinary renewal: for information only, and normal at once. */
export const certificateRenewed: Detector = { id: "certificate-renewed", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  return keyChanges(view, certificateRenewed, {
    field: "tls",
    facts: (digest) => ({ tls_sha256: digest }),
    describe: (compared) => (isRenewed(compared) ? certificateFacts(compared) : null),
  });
}
