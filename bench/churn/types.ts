/**
 * What the seeded world shows and what is true about it. The world makes these values, the simulated scanner renders
 * them (as nmap XML or as an answer to a plan), and the measure compares the outcome with the labels. Nothing here
 * knows the product.
 */

export type HostRole = "server" | "workstation" | "iot" | "printer" | "kubernetes-node" | "dev" | "phone";

export interface WorldService {
  readonly name: string;
  readonly product: string | null;
  readonly version: string | null;
  readonly extraInfo: string | null;
  readonly tunnel: "ssl" | null;
}

export interface WorldCertificate {
  readonly subject: string;
  /** Common name; equal to the subject on a self-signed one. */
  readonly issuer: string;
  /** Organisation of the issuer; public authorities keep it while they change between issuing certificates. */
  readonly organisation: string | null;
  readonly names: readonly string[];
  /** UTC ms. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Seeds of the public key and of the certificate; equal seeds are equal keys. */
  readonly key: string;
  readonly serial: string;
}

/** One open port. */
export interface WorldPort {
  readonly transport: "tcp" | "udp";
  readonly number: number;
  /** Null: nothing could be identified. */
  readonly service: WorldService | null;
  /** Seeds of its SSH host keys, each with its type: `ssh-ed25519 srv-012 1`. */
  readonly sshKeys: readonly string[];
  readonly certificate: WorldCertificate | null;
}

export interface WorldOs {
  /** Best match first, each with its accuracy and family. */
  readonly matches: readonly { readonly name: string; readonly accuracy: number; readonly family: string }[];
}

/** One machine at one address, as it is during one scan. */
export interface WorldHost {
  /** Who it is in truth, stable over addresses. */
  readonly truth: string;
  readonly role: HostRole;
  readonly address: string;
  readonly mac: string | null;
  readonly macVendor: string | null;
  readonly name: string | null;
  readonly ports: readonly WorldPort[];
  readonly os: WorldOs | null;
}

/** A fault of the scan itself, which must never become a content alert. */
export type ScanFault = "none" | "half-lost" | "overload" | "cut-xml" | "no-xml";

/** Everything that one scan can see; noise of the observation is applied already. */
export interface WorldScan {
  readonly n: number;
  /** UTC ms. */
  readonly start: number;
  readonly end: number;
  readonly fault: ScanFault;
  /** Usual round trip, microseconds; many times the usual one under overload. */
  readonly rttMicros: number;
  /** The machines that answer, in the order of their addresses. */
  readonly up: readonly WorldHost[];
  /** The same without noise of the observation: what a second probe of the same endpoint is answered from. */
  readonly truth: readonly WorldHost[];
}

/** A malicious or broken thing that somebody must be told. */
export interface Label {
  readonly id: string;
  /** Labels of one attack: several ports of one campaign, the hosts of one worm. Its own id for most. */
  readonly incident: string;
  readonly kind: string;
  readonly truth: string;
  readonly role: HostRole;
  /** Every address it had while it lasted. */
  readonly addresses: readonly string[];
  /** `tcp/4444`, where it is about ports. */
  readonly ports: readonly string[];
  /** First scan that can see it, and the first that no longer does (null: it stays). */
  readonly from: number;
  readonly until: number | null;
  /** Kinds of anomaly that tell it rightly. */
  readonly tells: readonly string[];
  /** The right old and new value of what changed, as far as the wire shows them. */
  readonly right: { readonly field: string | null; readonly from: string | null; readonly to: string | null };
  /** Benign twin: true but harmless, so an alert counts as false and is shown apart. */
  readonly benign: boolean;
  /** The operator announced or declared it. */
  readonly announced: boolean;
}

/** A planned change that was announced: what the operator could have told before. */
export interface Announcement {
  readonly from: number;
  readonly until: number;
  readonly address: string;
  readonly ports: readonly string[];
  readonly label: string;
}

/** What goes on in the world by itself; each stands behind changes that nobody wants to read about one by one. */
export type Cause =
  | "address"
  | "mac"
  | "boot-ports"
  | "nodeport"
  | "dev-port"
  | "planned-port"
  | "removed-port"
  | "update"
  | "patch-wave"
  | "renewal"
  | "work"
  | "new-host"
  | "guest"
  | "label";

/** So that a false alert can be traced to what caused it. */
export interface Happening {
  readonly cause: Cause;
  readonly truth: string;
  /** The address in that scan. */
  readonly address: string;
  readonly ports: readonly string[];
  /** The first scan that shows it, and the first that no longer does (null: it stays). */
  readonly from: number;
  readonly until: number | null;
}

export interface World {
  readonly seed: number;
  readonly variant: string;
  readonly segment: string;
  readonly scansPerDay: number;
  readonly days: number;
  /** The first scan that is judged (day 15 of a month); no label starts before it. */
  readonly judgedFrom: number;
  /** Networks that the scans ask, as nmap takes them. */
  readonly targets: readonly string[];
  /** The TCP ports that each scan asks, as nmap's `services`. */
  readonly tcp: string;
  readonly scans: () => Iterable<WorldScan>;
  readonly labels: readonly Label[];
  readonly announcements: readonly Announcement[];
  readonly happenings: readonly Happening[];
}
