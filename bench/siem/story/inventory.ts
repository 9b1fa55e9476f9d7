import type { WorldHost, WorldPort } from "../../churn/types.ts";

/** A row that says another thing than the wire does. */
const LIES: Readonly<Record<number, (host: WorldHost, port: WorldPort) => string>> = {
  1: ({ address }) => row(address, 8123, "http"),
  2: ({ address }, { number }) => row(address, number, "smtp"),
};

/**
 * What an office knows about its servers, as CSV: every port of most of them. The last server is missing, one declared
 * port was never opened, and one speaks another protocol than declared.
 */
export function inventoryOf(hosts: readonly WorldHost[]): string {
  const servers = hosts.filter(({ role }) => role !== "workstation" && role !== "phone").slice(0, -1);
  const rows = servers.flatMap((host, i) => [...host.ports.map((port) => truth(host, port)), ...lie(host, i)]);
  return ["host,port,proto,service", ...new Set(rows), ""].join("\n");
}

function truth({ address }: WorldHost, { number, service }: WorldPort): string {
  return row(address, number, service?.name ?? "");
}

function lie(host: WorldHost, i: number): readonly string[] {
  const [port] = host.ports;
  const row = LIES[i];
  return port === undefined || row === undefined ? [] : [row(host, port)];
}

function row(address: string, port: number, service: string): string {
  return `${address},${port},tcp,${service}`;
}
