import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Detector } from "../detector.ts";
import { keyChanges } from "../compare/key-change.ts";

/** Other SSH host keys on a machine that is otherwise the same: a reinstallation, or somebody in between. */
export const hostkeyChanged: Detector = { id: "hostkey-changed", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  return keyChanges(view, hostkeyChanged, { field: "ssh", facts: (digest) => ({ ssh_sha256: digest }) });
}
