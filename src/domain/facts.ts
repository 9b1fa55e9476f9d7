/** One leaf of the facts: its type and limits in the event contract, and what it means. */
export interface FactLeaf {
  readonly type: keyof LeafValues;
  /** Longest value in UTF-8 bytes, where the contract has a limit of its own. */
  readonly bytes: number | null;
  /** `observed`: how it was seen, which has no normal value. */
  readonly side: "both" | "observed";
  readonly meaning: string;
}

interface LeafValues {
  readonly keyword: string;
  readonly ip: string;
  readonly long: number;
  readonly boolean: boolean;
}

const NAME = 256;
const PRODUCT = 512;

/**
 * The leaves that `tripline.baseline` and `tripline.observed` share, so that "baseline / now" is one table with two
 * columns, then those of the observed side alone. Type, store, events and the contract follow this table and its order.
 */
// biome-ignore format: a table reads by the line
export const FACT_LEAVES = {
  state: { type: "keyword", bytes: null, side: "both", meaning: "open, closed, filtered; up, gone." },
  port: { type: "long", bytes: null, side: "both", meaning: "Port, where it moved." },
  service: { type: "keyword", bytes: NAME, side: "both", meaning: "Protocol as nmap names it." },
  product: { type: "keyword", bytes: PRODUCT, side: "both", meaning: "Software." },
  version: { type: "keyword", bytes: PRODUCT, side: "both", meaning: "Its version, text." },
  extra_info: { type: "keyword", bytes: PRODUCT, side: "both", meaning: "What else it says of itself." },
  banner: { type: "keyword", bytes: 4096, side: "both", meaning: "Normalised first words of the service." },
  banner_sha256: { type: "keyword", bytes: null, side: "both", meaning: "Of the whole banner." },
  tls_sha256: { type: "keyword", bytes: null, side: "both", meaning: "Of the public key of the certificate." },
  tls_issuer: { type: "keyword", bytes: PRODUCT, side: "both", meaning: "Who issued the certificate." },
  tls_names: { type: "keyword", bytes: 1024, side: "both", meaning: "Names it is for, by comma." },
  ssh_sha256: { type: "keyword", bytes: null, side: "both", meaning: "Of the sorted host keys." },
  http_status: { type: "long", bytes: null, side: "both", meaning: "Status of the front page." },
  http_digest: { type: "keyword", bytes: null, side: "both", meaning: "Shape of the front page." },
  os_family: { type: "keyword", bytes: PRODUCT, side: "both", meaning: "Operating system families." },
  os_name: { type: "keyword", bytes: PRODUCT, side: "both", meaning: "nmap's best guess." },
  mac: { type: "keyword", bytes: null, side: "both", meaning: "Upper case with hyphens." },
  ip: { type: "ip", bytes: null, side: "both", meaning: "Address." },
  dns_name: { type: "keyword", bytes: NAME, side: "both", meaning: "Name." },
  identity: { type: "keyword", bytes: PRODUCT, side: "both", meaning: "Evidence of identity." },
  reason_ttl: { type: "long", bytes: null, side: "observed", meaning: "TTL of the answer." },
  confidence: { type: "long", bytes: null, side: "observed", meaning: "nmap's, 0 to 10." },
  usual_port: { type: "boolean", bytes: null, side: "observed", meaning: "The protocol runs where it usually does." },
  open_count: { type: "long", bytes: null, side: "observed", meaning: "Ports that opened together." },
  open_ports: { type: "keyword", bytes: 1024, side: "observed", meaning: "Which: `21-23,80,udp:53`." },
  asked_count: { type: "long", bytes: null, side: "observed", meaning: "Ports of the host that were asked." },
} as const satisfies Readonly<Record<string, FactLeaf>>;

export type FactName = keyof typeof FACT_LEAVES;

/** Values of leaves; only those that differ or explain are set. */
export type Facts = { readonly [K in FactName]?: LeafValues[(typeof FACT_LEAVES)[K]["type"]] };

/** The leaves of one side with their names, in the order of the table. */
export function factLeaves(side: FactLeaf["side"]): readonly (readonly [FactName, FactLeaf])[] {
  return Object.entries<FactLeaf>(FACT_LEAVES).flatMap(([name, leaf]) =>
    isFactName(name) && leaf.side === side ? [[name, leaf] as const] : [],
  );
}

function isFactName(name: string): name is FactName {
  return Object.hasOwn(FACT_LEAVES, name);
}

/** What a listener means, as the score weighs it. */
export interface Exposure {
  readonly class: ExposureClass;
  /** The protocol runs where it usually does; null when it is not identified or has no usual port. */
  readonly usualPort: boolean | null;
}

/** What a port or service means to an attacker. */
export type ExposureClass =
  | "remote-admin"
  | "data-store"
  | "control-plane"
  | "proxy-tunnel"
  | "remote-access-tool"
  | "web"
  | "mail"
  | "file"
  | "other"
  | "unknown";
