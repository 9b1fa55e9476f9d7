import type { CycleView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import type { Detector } from "./detector.ts";
import { keyChanges } from "./key-change.ts";

/** Another public key in the TLS leaf certificate. A renewal that keeps its key is no change. */
export const certificateChanged: Detector = { id: "certificate-changed", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  return keyChanges(view, certificateChanged, { field: "tls", facts: (digest) => ({ tls_sha256: digest }) });
}
