import type { HostBaseline } from "../../domain/baseline.ts";
import type { CycleView, HostView } from "../../domain/cycle.ts";
import { hostFieldValues } from "../../domain/fields/values.ts";
import { macClass } from "../../domain/mac.ts";
import { portClass, type PortRef } from "../../domain/network.ts";
import { addressVersion, formatCidr, parseCidr } from "../../lib/ip.ts";

/** Fewer than this are no population. */
const POPULATION = 3;

/**
 * Phones and guests come and go with made-up MAC addresses, without a name and without a service: where some of them were,
 * the next one is one more of them, and nobody can tell which. True for a host that is one of such a population.
 */
export function anonymousPopulation(view: CycleView): (host: HostView) => boolean {
  const members = new Map<string, Set<string>>();
  for (const host of view.baseline.hosts.values()) {
    const crowd = crowdOf(host);
    if (crowd !== null) members.set(crowd, (members.get(crowd) ?? new Set()).add(host.id));
  }
  return (host) => {
    const crowd = crowdNow(host);
    const others = crowd === null ? undefined : members.get(crowd);
    return others !== undefined && others.size - (others.has(host.id) ? 1 : 0) >= POPULATION;
  };
}

function crowdOf({ address, fields, ports }: HostBaseline): string | null {
  const open = [...ports.values()].filter((port) => port.reference === "open" || port.current === "open");
  return crowd({ address, named: fields.has("name"), mac: fields.get("mac")?.value, open });
}

/** All that it shows now and all that it ever showed. */
function crowdNow({ known, observation }: HostView): string | null {
  const values = hostFieldValues(observation);
  if (known !== null && crowdOf(known) === null) return null;
  const open = observation.allPortsOpen === null ? observation.ports.filter((port) => port.state === "open") : null;
  return crowd({ address: observation.address, named: values.has("name"), mac: values.get("mac"), open });
}

interface Shown {
  readonly address: string;
  readonly named: boolean;
  readonly mac: string | undefined;
  /** Null: it answers everywhere. */
  readonly open: readonly PortRef[] | null;
}

/** The network and the kind of MAC of an anonymous host; null for any other. Ports given out again at each start are no service. */
function crowd({ address, named, mac, open }: Shown): string | null {
  if (named || open === null || open.some((port) => portClass(port.number) !== "ephemeral")) return null;
  return `${networkOf(address)} ${makerOf(mac)}`;
}

/** Made-up addresses are one kind; those of one manufacturer are another, so that an odd one stands out. */
function makerOf(mac: string | undefined): string {
  if (mac === undefined) return "none";
  return macClass(mac) === "universal" ? mac.slice(0, "00-00-00".length) : macClass(mac);
}

/** As wide as one network of an office usually is: phones in a network of guests say nothing about one of servers. */
function networkOf(address: string): string {
  const network = parseCidr(`${address}/${addressVersion(address) === 4 ? 24 : 64}`);
  return network === null ? address : formatCidr(network);
}
