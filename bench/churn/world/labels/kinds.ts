import type { HostRole } from "../../types.ts";
import type { Alter } from "./alteration.ts";
import { openAdminPort, openHighPort } from "./bad-ports.ts";
import { foreignIssuer, otherAuthority, replaceKeys, selfSign } from "./keys.ts";
import { die, shiftSystem, swapMac } from "./machines.ts";
import { downgrade, endService, swapProduct } from "./software.ts";

/** A kind of thing that somebody must be told. */
export interface LabelKind {
  readonly kind: string;
  readonly alter: Alter;
  /** Where it happens; named more often, it happens there more often. */
  readonly roles: readonly HostRole[];
  readonly tells: readonly string[];
  /** Share of those that end after some days. */
  readonly ends: number;
}

export const OPENINGS = ["port-opened", "ports-opened", "port-spread", "exposure-found", "undeclared-port"];
export const APPEARANCES = ["host-appeared", "undeclared-host", "identity-changed"];
const CERTIFICATES = ["certificate-changed", "identity-changed"];

export const LABEL_KINDS: readonly LabelKind[] = [
  {
    kind: "high-port",
    alter: openHighPort,
    roles: ["server", "server", "server", "workstation", "workstation", "iot", "kubernetes-node", "dev"],
    tells: OPENINGS,
    ends: 0.4,
  },
  {
    kind: "admin-port",
    alter: openAdminPort,
    roles: ["server", "server", "server", "workstation", "iot", "printer"],
    tells: OPENINGS,
    ends: 0.3,
  },
  {
    kind: "product-swap",
    alter: swapProduct,
    roles: ["server", "server", "server", "iot", "dev"],
    tells: ["service-changed", "identity-changed"],
    ends: 0.2,
  },
  {
    kind: "version-downgrade",
    alter: downgrade,
    roles: ["server", "server", "server", "iot", "kubernetes-node", "dev"],
    tells: ["version-downgraded"],
    ends: 0.1,
  },
  {
    kind: "os-shift",
    alter: shiftSystem,
    roles: ["server", "server", "workstation", "iot", "printer"],
    tells: ["os-shifted", "identity-changed"],
    ends: 0.1,
  },
  {
    kind: "mac-swap",
    alter: swapMac,
    roles: ["server", "server", "iot", "printer", "kubernetes-node"],
    tells: ["mac-changed", "identity-changed"],
    ends: 0.2,
  },
  {
    kind: "key-change",
    alter: replaceKeys,
    roles: ["server", "server", "kubernetes-node", "dev"],
    tells: ["hostkey-changed", "identity-changed"],
    ends: 0.1,
  },
  {
    kind: "service-gone",
    alter: endService,
    roles: ["server", "server", "server", "iot"],
    tells: ["port-closed", "missing-endpoint"],
    ends: 0.2,
  },
  { kind: "dead-server", alter: die, roles: ["server"], tells: ["host-disappeared"], ends: 0 },
  {
    kind: "foreign-issuer",
    alter: foreignIssuer,
    roles: ["server", "kubernetes-node"],
    tells: CERTIFICATES,
    ends: 0.2,
  },
  { kind: "self-signed", alter: selfSign, roles: ["server", "kubernetes-node"], tells: CERTIFICATES, ends: 0.2 },
];

/** The same on the wire, but somebody's ordinary work. */
export const WORK_KINDS: readonly LabelKind[] = [
  twin("replaced-product", "product-swap", swapProduct),
  twin("rolled-back", "version-downgrade", downgrade),
  twin("reimaged", "os-shift", shiftSystem),
  twin("new-adapter", "mac-swap", swapMac),
  twin("reinstalled", "key-change", replaceKeys),
  twin("decommissioned", "dead-server", die),
  twin("authority-change", "foreign-issuer", otherAuthority),
];

function twin(kind: string, of: string, alter: Alter): LabelKind {
  const evil = LABEL_KINDS.find((row) => row.kind === of);
  if (evil === undefined) throw new Error(`no label is called ${of}`);
  return { ...evil, kind, alter, ends: 0 };
}
