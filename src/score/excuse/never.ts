import { isBackdoor } from "../../domain/backdoor.ts";
import { isRenewalLike } from "../../domain/certificate-change.ts";
import type { CycleView, HostView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { FOREIGN, HARM } from "../../domain/unplanned.ts";
import type { Facts } from "../../domain/facts.ts";
import { sameValue } from "../../domain/fields/compare.ts";
import { PORT_FIELDS } from "../../domain/fields/port.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { portKey } from "../../domain/network.ts";
import type { PortObservation } from "../../domain/observation.ts";

/** Open to everybody, or what nmap itself calls a backdoor. */
export function isHarm(view: CycleView, deviation: Deviation): boolean {
  const { appears, declaration } = CATALOGUE[deviation.kind];
  if (declaration === "apart" || deviation.reasons.some((code) => HARM.has(code))) return true;
  if (isBackdoorIn(deviation.after)) return true;
  if (appears !== "host") return (deviation.members ?? []).some((one) => isHarm(view, one));
  return openPorts(hostOf(view, deviation)).some(isBackdoorAt);
}

/** Somebody else may answer there: another issuer, another key, or a certificate that says too little. */
export function isForeign(view: CycleView, deviation: Deviation): boolean {
  if (deviation.reasons.some((code) => FOREIGN.has(code))) return true;
  const { port } = deviation;
  const host = hostOf(view, deviation);
  const now = openPorts(host).find((one) => port !== null && portKey(one) === portKey(port));
  if (now === undefined) return false;
  return hasOtherKey(host, now) || (keyChanged(deviation) && !renewalOn(host, now));
}

function keyChanged({ reasons }: Deviation): boolean {
  return reasons.includes("key-replaced");
}

/** A port that was known before and opens again brings its keys along, or they are news of their own. */
function hasOtherKey(host: HostView | undefined, now: PortObservation): boolean {
  const memory = host?.known?.ports.get(portKey(now));
  const [known, shown] = [memory?.fields.get("ssh")?.value, PORT_FIELDS.ssh.read(now)];
  if (known !== undefined && shown !== null && !sameValue("ssh", known, shown)) return true;
  const [key, its] = [memory?.fields.get("tls")?.value, PORT_FIELDS.tls.read(now)];
  const replaced = key !== undefined && its !== null && !sameValue("tls", key, its);
  return replaced && !renewalOn(host, now);
}

function renewalOn(host: HostView | undefined, now: PortObservation): boolean {
  const memory = host?.known?.ports.get(portKey(now));
  return memory !== undefined && isRenewalLike(memory, now);
}

function hostOf(view: CycleView, { host }: Deviation): HostView | undefined {
  return host === null ? undefined : view.hosts.find((one) => one.id === host.id);
}

function openPorts(host: HostView | undefined): readonly PortObservation[] {
  return host?.observation.ports.filter((port) => port.state === "open") ?? [];
}

function isBackdoorIn({ service, product, extra_info: extraInfo }: Facts): boolean {
  return isBackdoor({ service: service ?? null, product: product ?? null, extraInfo: extraInfo ?? null });
}

function isBackdoorAt({ service }: PortObservation): boolean {
  if (service === null || service.method !== "probed") return false;
  return isBackdoor({ service: service.name, product: service.product, extraInfo: service.extraInfo });
}
