import type { AnomalyStep } from "../domain/anomaly.ts";
import { factLeaves, type FactName, type Facts } from "../domain/facts.ts";
import { CATALOGUE } from "../domain/kinds/catalogue.ts";
import { canonicalMac, portClass, type PortRef } from "../domain/network.ts";
import { sha256Hex } from "../lib/hash.ts";
import { canonicalAddress } from "../lib/ip.ts";
import type { Branch } from "./tree.ts";

const SHARED = factLeaves("both").map(([name]) => name);
const OBSERVED = factLeaves("observed").map(([name]) => name);

/** The leaves that `tripline.baseline` and `tripline.observed` share, always in the same order. */
export function factsBranch(facts: Facts): Branch {
  return Object.fromEntries(SHARED.map((name) => [name, leafOf(facts, name)]));
}

/** The observed side says also how it was seen. */
export function observedBranch(facts: Facts, port: PortRef | null): Branch {
  return {
    ...factsBranch(facts),
    ...Object.fromEntries(OBSERVED.map((name) => [name, facts[name]])),
    port_class: port === null ? null : portClass(port.number),
  };
}

function leafOf(facts: Facts, name: FactName): Facts[FactName] | null {
  if (name === "banner_sha256") return facts.banner_sha256 ?? digestOf(facts.banner);
  if (name === "mac") return facts.mac === undefined ? null : canonicalMac(facts.mac);
  // An address field that holds anything else makes the server refuse the whole document.
  if (name === "ip") return facts.ip === undefined ? null : canonicalAddress(facts.ip);
  return facts[name];
}

/** True when the step says that what deviated is as it should be again. */
export function isBack({ anomaly, transition }: AnomalyStep): boolean {
  return transition === "resolved" && anomaly.closed?.reason === "back-to-baseline";
}

/**
 * What is true after the step. Back at the baseline, that is what was there before; a finding also ends when somebody
 * declares what is there, so their state is unknown.
 */
export function factsNow(step: AnomalyStep): Facts {
  const { before, after, kind } = step.anomaly;
  if (!isBack(step)) return after;
  if (CATALOGUE[kind].declaration !== "source") return before;
  const { state: _unknown, ...rest } = after;
  return rest;
}

function digestOf(banner: string | undefined): string | null {
  return banner === undefined || banner === "" ? null : sha256Hex(banner);
}
