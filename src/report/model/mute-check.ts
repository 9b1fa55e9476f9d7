import type { Mute } from "../../domain/anomaly.ts";

/** Each mute with what it hides and what is wrong with it. */
export interface MuteCheckView {
  readonly kind: "mute-check";
  readonly mutes: readonly {
    readonly mute: Mute;
    readonly state: "ok" | "expired" | "dead" | "wide";
    readonly hides: number;
    readonly matched: number;
    readonly share: number;
  }[];
}
