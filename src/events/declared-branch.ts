import type { DeclarationSource, DeclaredView } from "../domain/declaration.ts";
import { canonicalAddress } from "../lib/ip.ts";
import { isoTime } from "../lib/time.ts";
import type { Branch } from "./tree.ts";

/** `tripline.declared`: the verdict, and where the declaration it rests on is written. */
export function declaredBranch(view: DeclaredView): Branch {
  const { expected } = view;
  return {
    verdict: view.verdict,
    intent: view.intent,
    confidence: view.confidence,
    tool: view.tool,
    address: view.address,
    source: view.source === null ? null : sourceBranch(view.source),
    expected:
      expected === null ? null : { ...expected, ip: expected.ip === null ? null : canonicalAddress(expected.ip) },
    first_look: view.firstEvaluation ? true : null,
    proposal: view.proposal === null ? null : { adopt: view.proposal.adopt, revert: view.proposal.revert },
  };
}

function sourceBranch(source: DeclarationSource): Branch {
  return {
    file: source.file,
    line: source.line,
    column: source.column,
    digest: source.digest,
    read_at: isoTime(source.readAt),
    stale: source.stale ? true : null,
  };
}
