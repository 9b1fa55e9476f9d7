import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import type { HostsView } from "../model/hosts.ts";

export function hostsJson({ hosts }: HostsView): unknown {
  return hosts.map((host) => ({
    ...host,
    fields: fieldsOf(host.fields),
    ports: [...host.ports.values()].map((port) => ({ ...port, fields: fieldsOf(port.fields) })),
  }));
}

function fieldsOf(fields: HostBaseline["fields"] | PortBaseline["fields"]): unknown {
  return Object.fromEntries(fields);
}
