import type { Clock } from "../../../src/domain/ports/clock.ts";
import type { WorldHost, WorldScan } from "../types.ts";

/** Where a world stands: the scan that is being made, and the time in it. Its clock is the only one of a bench run. */
export interface Moment {
  readonly clock: Clock;
  scan(): WorldScan;
  /** What one pass over the network sees at an address, and what a second probe of it sees. */
  readonly seen: (address: string) => WorldHost | undefined;
  readonly asked: (address: string) => WorldHost | undefined;
  begin(scan: WorldScan): void;
  /** What was asked of an address in this scan: `system`, or a port that had to say what it is, as `tcp/22`. */
  readonly note: (address: string, fact: string) => void;
  readonly wasAsked: (address: string, fact: string) => boolean;
  /** The passes of the scan are over. */
  finish(): void;
}

export function createMoment(): Moment {
  let current: WorldScan | null = null;
  let now = 0;
  let seen = new Map<string, WorldHost>();
  let asked = new Map<string, WorldHost>();
  let facts = new Set<string>();
  return {
    clock: { now: () => now, monotonic: () => now },
    scan: () => {
      if (current === null) throw new Error("no scan of the world has begun");
      return current;
    },
    seen: (address) => seen.get(address),
    asked: (address) => asked.get(address),
    note: (address, fact) => void facts.add(`${address} ${fact}`),
    wasAsked: (address, fact) => facts.has(`${address} ${fact}`),
    begin: (scan) => {
      facts = new Set();
      current = scan;
      now = scan.start;
      seen = byAddress(scan.up);
      // A way that lost half of the network has lost it for the second probe too.
      asked = scan.fault === "half-lost" ? onlySeen(byAddress(scan.truth), seen) : byAddress(scan.truth);
    },
    finish: () => {
      now = current?.end ?? now;
    },
  };
}

function byAddress(hosts: readonly WorldHost[]): Map<string, WorldHost> {
  return new Map(hosts.map((host) => [host.address, host]));
}

function onlySeen(truth: Map<string, WorldHost>, seen: ReadonlyMap<string, WorldHost>): Map<string, WorldHost> {
  return new Map([...truth].filter(([address]) => seen.has(address)));
}
