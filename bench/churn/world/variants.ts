import { type Rates, STATED } from "./rates.ts";
import { type Shares, STATED_SHARES } from "./roles/roles.ts";

/** In what a world differs from the stated one. */
export interface VariantRow {
  readonly shares: Shares;
  readonly rates: Rates;
  readonly noisy: boolean;
  readonly tcp: string;
  /** Certificates that live for a month or 47 days, on this many services. */
  readonly shortCertificates: number;
  /** One evening, when most machines are off anyway, half the segment cannot be reached. */
  readonly eveningFault: boolean;
  readonly special: "syn-proxy" | "tarpit" | "worm" | "half-change" | null;
}

/** What a scan asks: all that is usual, NodePorts, the ports of the machines' own choice, and some in between. */
const USUAL_TCP = "1-10000,10250,10256,15672,27017,30000-33060,40000-41999,47001,49152-51199,62078";
/** Who answers for everybody answers on each of these. */
const FEW_TCP = "1-1024,3000,3306,3389,5000,5432,5900,6379,6443,8000-8100,8443,9090-9100,10250,49664-49690";

const BASE: VariantRow = {
  shares: STATED_SHARES,
  rates: STATED,
  noisy: false,
  tcp: USUAL_TCP,
  shortCertificates: 0,
  eveningFault: false,
  special: null,
};

const PHONES: Shares = { ...STATED_SHARES, server: 0.25, workstation: 0.25, phone: 0.2 };

export const VARIANTS = {
  base: BASE,
  noisy: { ...BASE, noisy: true },
  workstations: { ...BASE, shares: withMany("workstation", 0.6), eveningFault: true },
  "random-macs": { ...BASE, shares: PHONES, rates: { ...STATED, guests: 0.015 } },
  kubernetes: { ...BASE, shares: withMany("kubernetes-node", 0.35) },
  iot: { ...BASE, shares: withMany("iot", 0.5) },
  tls: { ...BASE, shares: withMany("server", 0.7), shortCertificates: 300 },
  "syn-proxy": { ...BASE, tcp: FEW_TCP, special: "syn-proxy" },
  tarpit: { ...BASE, tcp: FEW_TCP, special: "tarpit" },
  worm: { ...BASE, special: "worm" },
  "half-change": { ...BASE, special: "half-change" },
} as const satisfies Readonly<Record<string, VariantRow>>;

export type Variant = keyof typeof VARIANTS;

/** One role has this share; the others keep their proportions. */
function withMany(role: keyof Shares, share: number): Shares {
  const rest = 1 - (STATED_SHARES[role] ?? 0);
  const shares = Object.entries(STATED_SHARES).map(([other, part]) => [
    other,
    other === role ? share : (part * (1 - share)) / rest,
  ]);
  return Object.fromEntries(shares);
}
