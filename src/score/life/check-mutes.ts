import type { Anomaly, Mute } from "../../domain/anomaly.ts";
import { isHost } from "../../domain/anomaly-filter.ts";
import { matches } from "./mutes.ts";

/** What is wrong with a mute. `dead`: nothing of the last 30 days matches it. `wide`: it hides more than its share. */
export type MuteState = "ok" | "expired" | "dead" | "wide";

export interface CheckedMute {
  readonly mute: Mute;
  readonly state: MuteState;
  /** Anomalies that are muted by it now. */
  readonly hides: number;
  /** Anomalies of the last 30 days that it matches, whatever became of them. */
  readonly matched: number;
  /** The share of these among all of the last 30 days, or of the known hosts that it covers whole, 0–1. */
  readonly share: number;
}

export interface MuteCheckInput {
  readonly anomalies: readonly Anomaly[];
  readonly hosts: readonly { readonly address: string; readonly name: string | null }[];
  /** UTC ms. */
  readonly now: number;
  /** A larger share is too wide, 0–1. */
  readonly wide: number;
}

export const MUTE_LOOK_BACK_MS = 30 * 86_400_000;
/** A share of fewer than these says nothing. */
const LEAST = 4;

export function checkMutes(mutes: readonly Mute[], input: MuteCheckInput): readonly CheckedMute[] {
  const recent = input.anomalies.filter((one) => one.lastSeen >= input.now - MUTE_LOOK_BACK_MS || isLive(one));
  return mutes.map((mute) => {
    const matched = recent.filter((anomaly) => matches(mute, anomaly));
    const hides = matched.filter((one) => one.state === "muted" && one.mute?.id === mute.id).length;
    const share = Math.max(shareOf(matched.length, recent.length), hostShare(mute, input));
    return {
      mute,
      state: stateOf(mute, { matched: matched.length, share, input }),
      hides,
      matched: matched.length,
      share,
    };
  });
}

function stateOf(
  { until }: Mute,
  { matched, share, input }: { readonly matched: number; readonly share: number; readonly input: MuteCheckInput },
): MuteState {
  if (until <= input.now) return "expired";
  if (share > input.wide) return "wide";
  return matched === 0 ? "dead" : "ok";
}

/** A host without port and kind: everything on the hosts that it covers is hidden. */
function hostShare({ match: { host, port, kind, anomaly } }: Mute, { hosts }: MuteCheckInput): number {
  if (host === undefined || port !== undefined || kind !== undefined || anomaly !== undefined) return 0;
  return shareOf(hosts.filter((one) => isHost(host, one)).length, hosts.length);
}

function shareOf(some: number, all: number): number {
  return some > 1 && all >= LEAST ? some / all : 0;
}

function isLive({ state }: Anomaly): boolean {
  return state === "open" || state === "muted";
}
