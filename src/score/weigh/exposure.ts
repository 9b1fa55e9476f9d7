import { answeredService, bareService } from "../../domain/answered-service.ts";
import type { Exposure, ExposureClass, Facts } from "../../domain/facts.ts";
import type { ScoringRules } from "./rules.ts";

/** What was found on a port; `service` and `product` null unless the service itself answered. */
export interface Listener {
  readonly port: number;
  readonly service: string | null;
  readonly product: string | null;
  /** Where nmap names the application whose web server is the product: `Webmin httpd` of `MiniServ`. */
  readonly extraInfo?: string | null;
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

/**
 * Product, then service name, then the port's usual owner; anything else is `unknown`. What speaks HTTP where remote
 * administration, a control plane or a data store does so is taken for that.
 */
export function classifyExposure(listener: Listener, rules: ScoringRules): Exposure {
  const service = listener.service === null ? null : bareService(listener.service);
  const usualPort = service === null ? null : isUsual(service, listener.port, rules);
  const byProduct = classOfSoftware(listener, rules);
  if (byProduct !== null) return { class: byProduct, usualPort };
  if (service !== null) {
    const byService = classOfService(service, rules) ?? "other";
    const owner = byService === "web" ? classOverHttp(listener.port, rules) : null;
    return { class: owner ?? byService, usualPort };
  }
  return { class: classOfPort(listener.port, rules) ?? "unknown", usualPort };
}

/** The same for facts of a port, each listener classified once: most hosts of a segment run the same few. */
export function exposures(rules: ScoringRules): (port: number, facts: Facts) => Exposure {
  const known = new Map<string, Exposure>();
  return (port, facts) => {
    const listener = listenerOf(port, facts);
    const key = JSON.stringify(listener);
    const exposure = known.get(key) ?? classifyExposure(listener, rules);
    known.set(key, exposure);
    return exposure;
  };
}

export function listenerOf(port: number, facts: Facts): Listener {
  const { product = null, extra_info: extraInfo = null } = facts;
  return { port, service: answeredService(facts), product, extraInfo };
}

function classOfSoftware({ product, extraInfo = null }: Listener, rules: ScoringRules): ExposureClass | null {
  const named = [product, extraInfo].filter((text) => text !== null);
  return named.map((text) => classOfProduct(text.toLowerCase(), rules)).find((name) => name !== null) ?? null;
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

/** The class whose protocol on this port is HTTP, if there is one. */
function classOverHttp(port: number, rules: ScoringRules): ExposureClass | null {
  return find(rules, ({ services, over_http = [] }) => over_http.some((name) => services[name]?.includes(port)));
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
