import type { HostBaseline } from "../../domain/baseline.ts";
import { isNormal, normalValues } from "../../domain/fields/normal.ts";
import { hostFieldValues } from "../../domain/fields/values.ts";
import { macClass } from "../../domain/mac.ts";
import { isMadeFromAddress } from "../../domain/made-name.ts";
import { portKey } from "../../domain/network.ts";
import type { HostObservation } from "../../domain/observation.ts";
import { isLasting, isSameSoftware, lastingLooks, type Look } from "./services.ts";

/** What one weak sign says about who answers. */
type Sign = "same" | "other" | "unknown";

/** One sign alone may have changed on the same machine. */
const SIGNS = 2;

/**
 * A machine that only its address has in common with the known one: DHCP gives an address to the next machine, and behind
 * a router, or of made-up cards, there is nothing strong to tell them apart. What they serve, their names, cards and
 * systems do, together.
 */
export function isStranger(known: HostBaseline, look: Look): boolean {
  const { observation } = look;
  const signs = [compareName(known, observation), compareCard(known, observation), compareServices(known, look)];
  if (signs.includes("same")) return false;
  const others = [...signs, compareSystem(known, observation)].filter((sign) => sign === "other");
  return others.length >= SIGNS;
}

/** A name that is made from the address belongs to the address: the next machine there has it too. */
export function compareName(known: HostBaseline, observation: HostObservation): Sign {
  const before = known.fields.get("name");
  const now = hostFieldValues(observation).get("name");
  if (before === undefined || now === undefined) return "unknown";
  if (isMadeFromAddress(now, observation.address)) return "unknown";
  if (normalValues(before).some((name) => isMadeFromAddress(name, known.address))) return "unknown";
  return isNormal("name", before, now) ? "same" : "other";
}

/** Made-up cards too; a router's shared one is nobody's. */
function compareCard(known: HostBaseline, observation: HostObservation): Sign {
  const before = known.fields.get("mac");
  const now = hostFieldValues(observation).get("mac");
  if (before === undefined || now === undefined) return "unknown";
  if (isNormal("mac", before, now)) return macClass(now) === "virtual" ? "unknown" : "same";
  return macClass(before.value) === "virtual" || macClass(now) === "virtual" ? "unknown" : "other";
}

/** Others where none of the lasting ones is left. Their absence is not a sign as long as nothing took their place. */
function compareServices(known: HostBaseline, look: Look): Sign {
  const serves = look.observation.ports.filter((port) => port.state === "open" && isLasting(port));
  const before = lastingLooks(known, look);
  if (before.length === 0 || serves.length === 0) return "unknown";
  const open = new Set(before.filter(({ state }) => state === "open").map(({ port }) => portKey(port)));
  return serves.some((port) => open.has(portKey(port)) && isSameSoftware(known, port)) ? "same" : "other";
}

/** Equal systems say little, because most machines of a segment have the same one. */
function compareSystem(known: HostBaseline, observation: HostObservation): Sign {
  const before = known.fields.get("os_family");
  const now = hostFieldValues(observation).get("os_family");
  if (before === undefined || now === undefined) return "unknown";
  const families = new Set(normalValues(before).flatMap((value) => value.split(",")));
  return now.split(",").some((family) => families.has(family)) ? "unknown" : "other";
}
