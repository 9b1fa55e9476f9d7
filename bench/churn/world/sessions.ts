import type { Calendar } from "./calendar.ts";
import { type Layout, leases } from "./addresses.ts";
import type { Machine } from "./machine.ts";
import { type Mac, macOf, randomisedMac, type VendorName } from "./macs.ts";
import { type Random, random } from "./random.ts";
import type { Rates } from "./rates.ts";

/** A time without a break during which a machine is up, with one address and one adapter. */
export interface Session extends Mac {
  readonly from: number;
  readonly until: number;
  readonly address: string;
  /** What is not as in the session before. */
  readonly changed: readonly ("address" | "mac")[];
}

export interface Sessions {
  readonly of: (truth: string) => readonly Session[];
  /** Null while it is off. */
  readonly at: (truth: string, n: number) => Session | null;
}

interface Open {
  session: Omit<Session, "until"> | null;
  /** What the next session begins with. */
  address: string | null;
  mac: Mac;
  other: Mac;
  readonly past: Session[];
}

/** When every machine is there, and as what. */
export function sessions(input: {
  readonly seed: number;
  readonly time: Calendar;
  readonly rates: Rates;
  readonly layout: Layout;
  readonly machines: readonly Machine[];
  readonly isUp: (machine: Machine, n: number) => boolean;
}): Sessions {
  const { seed, time, machines, isUp, rates } = input;
  const open = new Map(machines.map((machine) => [machine.truth, start(seed, machine)]));
  const owners = leases(seed, input.layout, (truth) => (open.get(truth)?.session ?? null) !== null);
  const begin = (machine: Machine, state: Open, n: number) => {
    const chance = random(seed, "session", machine.truth, n);
    const changed = returned(machine, state, { chance, rates, isOwner: owners.isOwner });
    if (state.address === null || changed.includes("address"))
      state.address = machine.leased ? owners.lease(machine, state.address) : owners.settle();
    state.session = { ...state.mac, from: n, address: state.address, changed };
  };
  for (let n = 0; n < time.scans; n++) {
    const now = machines.map((machine) => isUp(machine, n));
    // Who leaves makes room for who comes.
    machines.forEach((machine, i) => now[i] !== true && close(open.get(machine.truth), n));
    machines.forEach((machine, i) => {
      const state = open.get(machine.truth);
      if (now[i] === true && state?.session === null) begin(machine, state, n);
    });
  }
  for (const state of open.values()) close(state, time.scans);
  return view(open);
}

/** Who makes docks and wireless adapters. */
const ADAPTERS: readonly VendorName[] = ["realtek", "intel", "lenovo", "dell"];

function start(seed: number, machine: Machine): Open {
  const chance = random(seed, "second adapter", machine.truth);
  const other = macOf(chance.pick(ADAPTERS), chance);
  const mac = { mac: machine.mac, macVendor: machine.macVendor };
  return { session: null, address: null, mac, other, past: [] };
}

function close(state: Open | undefined, n: number): void {
  const session = state?.session ?? null;
  if (state === undefined || session === null) return;
  state.past.push({ ...session, until: n });
  state.session = null;
}

/** Phones make up another one now and then, and never take an old one again. */
const NEW_PHONE_MAC = 0.1;

/** A machine that was away may come back through another adapter or to another address. */
function returned(
  machine: Machine,
  state: Open,
  at: {
    readonly chance: Random;
    readonly rates: Rates;
    readonly isOwner: (machine: Machine, address: string) => boolean;
  },
): readonly ("address" | "mac")[] {
  if (!machine.leased || state.address === null) return [];
  const { chance, rates } = at;
  const changed: ("address" | "mac")[] = [];
  if (chance.chance(rates.newAddress) || !at.isOwner(machine, state.address)) changed.push("address");
  if (chance.chance(machine.role === "phone" ? NEW_PHONE_MAC : rates.newMac)) {
    changed.push("mac");
    if (machine.role === "phone") state.other = randomisedMac(chance);
    [state.mac, state.other] = [state.other, state.mac];
  }
  return changed;
}

function view(open: ReadonlyMap<string, Open>): Sessions {
  const of = (truth: string) => open.get(truth)?.past ?? [];
  return { of, at: (truth, n) => of(truth).find((session) => session.from <= n && n < session.until) ?? null };
}
