import { answeredService, bareService } from "../../domain/answered-service.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { ExposureClass } from "../../domain/facts.ts";
import type { Counter } from "../../domain/kinds/counters.ts";
import { macClass } from "../../domain/mac.ts";
import { portRange } from "../../domain/network.ts";
import { classifyExposure, listenerOf } from "./exposure.ts";
import type { ScoringRules } from "./rules.ts";

/**
 * What tells the cases of one kind apart, so that one does not make the other ordinary: `nodeport plain`,
 * `ephemeral msrpc`, `registered unknown`, `well-known`, `local` (of a MAC address), or nothing. Ordinary services are alike; each dangerous one is
 * a case of its own, and so is what did not identify itself.
 */
export type Case = string;

/** The range of the port that a case of an opening begins with. */
export function classOf(found: Case): string {
  return found.split(" ", 1)[0] ?? "";
}

/** What opened, as far as its case tells. */
export function kindOf(found: Case): keyof ScoringRules["rarity"]["shown_share"] {
  const shown = found.split(" ")[1] ?? "unknown";
  return shown === "plain" || shown === "unknown" ? shown : "dangerous";
}

/** Of a counted occurrence, from what the baseline wrote behind the name of its kind. */
export function caseOf(details: string, rules: ScoringRules): Case {
  const [name = "", ...shown] = details.split(" ");
  if (shown.length === 0) return name;
  const service = shown.join(" ");
  if (service === "?") return `${name} unknown`;
  const found = classifyExposure({ port: 0, service, product: null }, rules).class;
  return `${name} ${isDangerous(found, rules) ? bareService(service) : "plain"}`;
}

/** Of what is to be weighed. */
export function caseNow({ port, after }: Deviation, { of }: Counter, rules: ScoringRules): Case {
  if (of.what === "host" && of.turns === "up") return after.mac === undefined ? "none" : macClass(after.mac);
  if (of.what !== "port" || port === null) return "";
  const name = portRange(port.number);
  return of.turns === "closed" ? name : `${name} ${shownNow(port.number, after, rules)}`;
}

function shownNow(port: number, after: Deviation["after"], rules: ScoringRules): string {
  const service = answeredService(after);
  const found = classifyExposure(listenerOf(port, after), rules).class;
  if (service === null && after.product === undefined) return "unknown";
  if (!isDangerous(found, rules)) return "plain";
  // A product that makes an ordinary service dangerous is told apart from what was counted of that service.
  const alone = service === null ? "other" : classifyExposure({ port: 0, service, product: null }, rules).class;
  return isDangerous(alone, rules) ? bareService(service ?? "") : found;
}

/** More than an ordinary service means to an attacker. */
function isDangerous(found: ExposureClass, { exposure }: ScoringRules): boolean {
  return found !== "unknown" && exposure.classes[found].points > exposure.classes.other.points;
}
