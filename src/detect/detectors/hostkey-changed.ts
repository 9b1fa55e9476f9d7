import { portFieldDetector } from "../compare/field-detector.ts";

/**
 * Other SSH host keys on a machine that is otherwise the same: a reinstallation, or somebody who intercepts the
 * connection.
 */
export const hostkeyChanged = portFieldDetector({
  id: "hostkey-changed",
  version: "1.0.0",
  field: "ssh",
  reasons: ["key-replaced"],
});
