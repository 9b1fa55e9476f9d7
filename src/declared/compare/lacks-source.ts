import type { DriftReport } from "./drift.ts";

/** So much that is not declared was declared somewhere else. */
export function lacksSource({ live, findings }: DriftReport): boolean {
  return live >= 10 && findings.filter((f) => f.kind === "undeclared-open-port").length > live * 0.3;
}

export const LACKS_SOURCE = "more than 30 % of the live endpoints are undeclared: a source is probably missing";
