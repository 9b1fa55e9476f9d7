import { z } from "zod";
import type { HostField, PortField } from "../../domain/baseline.ts";
import { fieldFamily } from "./common.ts";
import { listOf, mapOf, numberOrNull, textOrNull } from "./json.ts";

export const comparability = mapOf(fieldFamily, z.string());

export const segmentVantage = z.strictObject({
  state: z.enum(["ok", "degraded"]),
  sourceAddress: textOrNull,
  gatewayMac: textOrNull,
  srttMicros: numberOrNull,
  cycles: z.number(),
  asked: listOf(z.string()).exactOptional(),
});

export const classRates = mapOf(
  z.enum(["well-known", "registered", "nodeport", "ephemeral"]),
  z.strictObject({ opened: z.number(), trials: z.number() }),
);

export const evidenceKind = z.enum(["ssh", "tls", "mac", "name", "address"]);

// A record and not a list: a new field in the domain must not compile until it is named here.
const PORT_FIELDS: Readonly<Record<PortField, true>> = {
  service: true,
  product: true,
  version: true,
  extra_info: true,
  banner: true,
  tls: true,
  certificate: true,
  ssh: true,
  http_title: true,
};
const HOST_FIELDS: Readonly<Record<HostField, true>> = {
  ip: true,
  mac: true,
  name: true,
  os_family: true,
  stack: true,
  reason_ttl: true,
  all_ports_open: true,
};

export function isPortField(name: string): name is PortField {
  return Object.hasOwn(PORT_FIELDS, name);
}

export function isHostField(name: string): name is HostField {
  return Object.hasOwn(HOST_FIELDS, name);
}
