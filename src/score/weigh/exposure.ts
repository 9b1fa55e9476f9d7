import { answeredService, bareService } from "../../domain/answered-service.ts";
import type { ExposureClass, Facts } from "../../domain/facts.ts";
import type { ScoringRules } from "./rules.ts";

export interface Exposure {
  readonly class: ExposureClass;
  /** The protocol runs where it usually does; null when it is not identified or has no usual port. */
  readonly usualPort: boolean | null;
}

/** What was found on a port; `service` and `product` null unless the service itself answered. */
export interface Listener {
  readonly port: number;
  readonly service: string | null;
  readonly product: string | null;
}

const CLASS_ORDER: readonly ExposureClass[] = [
  "remote-access-tool",
  "control-plane",
  "data-store",
  "proxy-tunnel",
  "remote-admin",
  "file",
  "mail",
  "web",
  "other",
];

/** Product, then service name, then the port's usual owner; anything else is `unknown`. */
export function classifyExposure(listener: Listener, rules: ScoringRules): Exposure {
  const service = listener.service === null ? null : bareService(listener.service);
  const usualPort = service === null ? null : isUsual(service, listener.port, rules);
  const byProduct = listener.product === null ? null : classOfProduct(listener.product.toLowerCase(), rules);
  if (byProduct !== null) return { class: byProduct, usualPort };
  if (service !== null) return { class: classOfService(service, rules) ?? "other", usualPort };
  return { class: classOfPort(listener.port, rules) ?? "unknown", usualPort };
}

export function listenerOf(port: number, facts: Facts): Listener {
  return { port, service: answeredService(facts), product: facts.product ?? null };
}

function classOfProduct(product: string, rules: ScoringRules): ExposureClass | null {
  const words = ` ${product.replaceAll(/[^a-z0-9]+/g, " ")} `;
  return find(rules, (rule) => rule.products.some((p) => words.includes(` ${p} `)));
}

function classOfService(service: string, rules: ScoringRules): ExposureClass | null {
  return find(rules, (rule) => Object.hasOwn(rule.services, service));
}

function classOfPort(port: number, rules: ScoringRules): ExposureClass | null {
  return find(rules, (rule) => Object.values(rule.services).some((ports) => ports.includes(port)));
}

type ClassRule = ScoringRules["exposure"]["classes"][ExposureClass];

function find(rules: ScoringRules, holds: (rule: ClassRule) => boolean): ExposureClass | null {
  return CLASS_ORDER.find((name) => holds(rules.exposure.classes[name])) ?? null;
}

function isUsual(service: string, port: number, rules: ScoringRules): boolean | null {
  const name = classOfService(service, rules);
  if (name === null) return null;
  const { services } = rules.exposure.classes[name];
  const ports = (Object.hasOwn(services, service) ? services[service] : undefined) ?? [];
  return ports.length === 0 ? null : ports.includes(port);
}
