import type { RefusedTargets } from "../scan/targets.ts";
import type { OperationFailure } from "./failure.ts";

/** Why nothing can be scanned, for whoever wrote the targets. */
export function targetsFailure({ kind, refusals }: RefusedTargets): OperationFailure {
  const sentence = refusals.map((refusal) => `${refusal.text}: ${refusal.reason}`).join("; ");
  if (kind === "narrowing") {
    return {
      code: "TL122",
      exit: 2,
      what: `--target ${sentence}`,
      effect: "Nothing was scanned: --target narrows the configured scope and never widens it.",
      fix: "Name addresses inside targets and outside exclude, or change the configuration.",
    };
  }
  return {
    code: "TL121",
    exit: 78,
    what: sentence,
    effect: "Nothing was scanned.",
    fix: "Correct targets and exclude in the configuration; an excluded name must resolve, or its hosts could be scanned.",
  };
}
