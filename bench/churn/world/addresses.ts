import type { Machine } from "./machine.ts";
import { type Random, random } from "./random.ts";

const BLOCK = 256;
/** The first addresses of a block belong to routers and the like. */
const FIRST = 10;
const LAST = 250;
const USABLE = LAST - FIRST;
/** Room for machines that come later. */
const STATIC_ROOM = 1.3;
const LEASE_ROOM = 1.5;
/** Chance that a lease goes to the address of a machine that is off at the moment. */
const TAKEN_OVER = 0.05;

/** Fixed addresses first, leased ones in blocks of their own. */
export interface Layout {
  readonly fixed: readonly string[];
  readonly leased: readonly string[];
  readonly targets: readonly string[];
}

export function layout(counts: { readonly fixed: number; readonly leased: number }): Layout {
  const fixedBlocks = Math.ceil((counts.fixed * STATIC_ROOM + 20) / USABLE);
  const leasedBlocks = Math.ceil((counts.leased * LEASE_ROOM + 20) / USABLE);
  const blocks = 2 ** Math.ceil(Math.log2(fixedBlocks + leasedBlocks));
  return {
    fixed: addressesOf(0, fixedBlocks),
    leased: addressesOf(fixedBlocks, leasedBlocks),
    targets: [`10.20.0.0/${24 - Math.log2(blocks)}`],
  };
}

function addressesOf(first: number, blocks: number): readonly string[] {
  return Array.from({ length: blocks * USABLE }, (_, i) => {
    return `10.20.${first + Math.floor(i / USABLE)}.${FIRST + (i % USABLE)}`;
  });
}

/** A number that orders addresses as nmap does. */
export function orderOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * BLOCK + Number(part), 0);
}

/** Who has which address. A lease outlives the night, but not always. */
export interface Leases {
  /** A fixed address that nobody had before. */
  readonly settle: () => string;
  /** Another leased one than before. */
  readonly lease: (machine: Machine, before: string | null) => string;
  readonly isOwner: (machine: Machine, address: string) => boolean;
}

export function leases(seed: number, { fixed, leased }: Layout, isUp: (truth: string) => boolean): Leases {
  const chance = random(seed, "addresses");
  const unused = chance.sample(fixed, fixed.length);
  const owners = new Map<string, string>();
  return {
    settle: () => {
      const address = unused.pop();
      if (address === undefined) throw new Error("no fixed address is left");
      return address;
    },
    lease: (machine, before) => {
      const address = freeAddress(leased, chance, (candidate) => {
        const owner = owners.get(candidate);
        if (candidate === before) return false;
        return owner === undefined || (!isUp(owner) && chance.chance(TAKEN_OVER));
      });
      if (before !== null && owners.get(before) === machine.truth) owners.delete(before);
      owners.set(address, machine.truth);
      return address;
    },
    isOwner: (machine, address) => owners.get(address) === machine.truth,
  };
}

const MOST_TRIES = 100_000;

function freeAddress(pool: readonly string[], chance: Random, isFree: (address: string) => boolean): string {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const address = chance.pick(pool);
    if (isFree(address)) return address;
  }
  throw new Error("no address to lease is left");
}
