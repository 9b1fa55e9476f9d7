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

/** Why news is for information only, for now or for good. */
export type Excuse =
  | {
      readonly kind: "change";
      readonly id: string;
      readonly ticket: string;
      readonly by: string;
      readonly until: number;
      /** False: it is judged again when the change ends. */
      readonly learned: boolean;
    }
  | {
      readonly kind: "maintenance";
      /** The window as the configuration says it. */
      readonly window: string;
      readonly until: number;
    };
