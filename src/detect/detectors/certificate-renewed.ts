import { certificateFacts, isRenewed } from "../compare/certificate-facts.ts";
import { portFieldDetector } from "../compare/field-detector.ts";

/** An ordinary renewal: for information only, and normal at once. */
export const certificateRenewed = portFieldDetector({
  id: "certificate-renewed",
  version: "1.0.0",
  field: "tls",
  reasons: ["key-replaced"],
  describe: (compared) => (isRenewed(compared) ? certificateFacts(compared) : null),
});
