/** Brokers of the list as kafkajs is told them, and the host that a name of it stands for. */
export interface BootstrapNames {
  readonly names: readonly string[];
  readonly hostOf: (name: string) => string;
}

/** kafkajs splits an address at its first colon, so an IPv6 one goes by a name; `.invalid` (RFC 2606) is nobody else's. */
export function bootstrapNames(brokers: readonly string[]): BootstrapNames {
  const hosts = new Map<string, string>();
  const names = brokers.map((broker, i) => {
    const [, address, port] = /^\[(.+)\]:(\d+)$/.exec(broker) ?? [];
    if (address === undefined) return broker;
    const name = `broker-${i}.invalid`;
    hosts.set(name, address);
    return `${name}:${port}`;
  });
  return { names, hostOf: (name) => hosts.get(name) ?? name };
}
