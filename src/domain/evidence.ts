/** Evidence of identity, strongest first. */
export const EVIDENCE_KINDS = ["ssh", "tls", "mac", "name", "address"] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

export interface IdentityEvidence {
  readonly kind: EvidenceKind;
  /** Digest, MAC, name or address. */
  readonly value: string;
  /** Keys and universally administered MACs are strong; names, local MACs and addresses are weak. */
  readonly strong: boolean;
}
