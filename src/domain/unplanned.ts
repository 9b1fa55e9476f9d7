import type { ReasonCode } from "./deviation.ts";

/** Signs of harm: nobody plans them, and no window makes them ordinary. */
export const HARM: ReadonlySet<ReasonCode> = new Set<ReasonCode>(["unauthenticated", "backdoor"]);
/** Signs that somebody else is there: a plan says that a service changes, not who answers. */
export const FOREIGN: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "foreign-issuer",
  "self-signed",
  "name-lost",
  "all-evidence-replaced",
]);
