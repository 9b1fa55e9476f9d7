/** Evidence of identity, strongest first. */
export type EvidenceKind = "ssh" | "tls" | "mac" | "name" | "address";

export interface IdentityEvidence {
  readonly kind: EvidenceKind;
  /** Digest, MAC, name or address. */
  readonly value: string;
  /** Keys and universally administered MACs are strong; names, local MACs and addresses are weak. */
  readonly strong: boolean;
}
