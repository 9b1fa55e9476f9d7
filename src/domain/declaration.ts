import type { PortRef, Transport } from "./network.ts";

/** Name of the tool whose files declare it, such as `inventory` or `terraform`: as many as there are readers. */
export type DeclarationTool = string;

/** Where a declaration is written; line and column from 1, null where the format has none. */
export interface DeclarationSource {
  /** Path as given, without credentials. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly format: string;
  /** SHA-256 (hex) of the file. */
  readonly digest: string;
  /** UTC ms. */
  readonly readAt: number;
  readonly stale: boolean;
}

/**
 * One normalised declaration. Service rows are built now; permission layers, host and route records use the same
 * shape later. Evidence: a service says what should listen, never that everything else is forbidden.
 */
export interface Declaration {
  /** Hash over owner.address, kind, transport, ports, action, sorted scope; never over a list index or a line. */
  readonly id: string;
  readonly kind: "service" | "permission" | "host" | "route";
  readonly action: "allow" | "deny";
  readonly layer: "inventory" | "none";
  readonly target: {
    readonly addresses: readonly string[];
    readonly cidrs: readonly string[];
    readonly hostnames: readonly string[];
  };
  readonly transport: Transport | "any";
  readonly portFrom: number;
  readonly portTo: number;
  /** "All ports" is this flag, never just 0–65535: the intent would be lost. */
  readonly anyPort: boolean;
  /** CIDRs from which it may be reached; empty = any source. */
  readonly scope: readonly string[];
  readonly app: { readonly protocol: string | null; readonly tls: boolean | null };
  readonly owner: { readonly tool: DeclarationTool; readonly address: string; readonly name: string | null };
  /** One rule found in N places is one record with N sources. */
  readonly sources: readonly DeclarationSource[];
  /** UTC ms; an expired row no longer declares. */
  readonly expires: number | null;
  readonly confidence: "exact" | "inferred" | "unresolved";
  readonly reasons: readonly string[];
}

/** The state of one source of declarations: never "empty" when it could not be read. */
export interface DeclaredSource {
  readonly file: string;
  readonly tool: DeclarationTool;
  readonly state: "read" | "stale" | "unreadable";
  readonly entries: number;
  readonly digest: string | null;
  readonly readAt: number | null;
  /** Closed world: inside these CIDRs "not declared" is evidence. */
  readonly completeFor: readonly string[];
  /** What was wrong, as `file:line:col message` lines; warnings included. */
  readonly notes: readonly string[];
}

/** Everything declared, from all sources, merged. */
export interface DeclaredState {
  readonly declarations: readonly Declaration[];
  readonly sources: readonly DeclaredSource[];
}

/** Hosts by address, per file of declarations. */
export interface HostsOfSource {
  readonly file: string;
  readonly hosts: readonly string[];
}

/** How far the first look at what is declared has come. */
export interface FirstLook {
  /** Cycles that compared without coming to a complete evaluation; 0 after one. */
  readonly looks: number;
  /** Without a complete evaluation, or with one that an unreadable source left open: hosts that were compared before. */
  readonly compared: readonly HostsOfSource[];
  /** After one: hosts that it did not reach. */
  readonly unmeasured: readonly HostsOfSource[];
  /** Declared endpoints (`10.0.0.5 tcp/80`) that were missing at the first look and were never seen open since. */
  readonly missing: readonly string[];
  /** Sources that were reported as not readable before a complete evaluation. */
  readonly told: readonly Pick<DeclaredSource, "file" | "state">[];
}

/** What is kept for the next cycle: the declarations as they were last evaluated, which are also the last good ones. */
export interface EvaluatedState extends DeclaredState {
  /** Absent: everything was compared, nothing is left over from a first look. */
  readonly firstLook?: FirstLook;
}

export type FindingKind =
  | "undeclared-open-port"
  | "undeclared-host"
  | "expected-endpoint-down"
  | "expected-endpoint-blocked"
  | "port-moved"
  | "service-mismatch";

export type Severity = "low" | "medium" | "high" | "critical";

/** Strongest first: an SSH or TLS key, the title of a page, product and service, the name of the service alone. */
export type MoveEvidence = "key" | "title" | "product" | "service";

/** A difference between declaration and wire, in the words of `tripline drift`. */
export interface DriftFinding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly host: string;
  readonly port: PortRef | null;
  readonly intent: "must-open" | "may-open" | "must-not-be-open";
  readonly confidence: "exact" | "inferred" | "unresolved";
  /** The declaration it contradicts; null when nothing is declared there. */
  readonly declaration: Declaration | null;
  /** Without a declaration: the sources that make "not declared" evidence on this host, the nearest first. */
  readonly claims: readonly DeclarationSource[];
  /** port-moved: the declared endpoint. */
  readonly declaredPort: PortRef | null;
  /** port-moved: by what the application on the new port is the declared one. */
  readonly sameBy?: MoveEvidence;
  readonly observed: { readonly state: string; readonly service: string | null; readonly product: string | null };
  /** One sentence. */
  readonly reason: string;
  /** True when the finding rests on absence, which needs further covered sightings before it is an anomaly. */
  readonly absence: boolean;
}

/** What an anomaly and its event carry about the declaration: leaves of `tripline.declared`. */
export interface DeclaredView {
  readonly verdict: FindingKind | "as-declared" | "unclaimed" | "unknown" | "untested";
  readonly severity: Severity | null;
  readonly intent: "must-open" | "may-open" | "must-not-be-open" | null;
  readonly confidence: "exact" | "inferred" | "unresolved" | null;
  readonly tool: DeclarationTool | null;
  readonly address: string | null;
  readonly source: DeclarationSource | null;
  readonly expected: {
    readonly ip: string | null;
    readonly port: number | null;
    readonly transport: string | null;
    readonly service: string | null;
    readonly scope: readonly string[];
  } | null;
  readonly proposal: { readonly adopt: string; readonly revert: string } | null;
  /** Found when these declarations were first compared with the host: inventory, alerts only when critical. */
  readonly firstEvaluation: boolean;
}

/** What declarations say of an open port, by address; null: nothing. */
export type DeclaredAt = (
  address: string,
  port: PortRef,
) => Pick<DeclaredView, "verdict" | "intent" | "confidence"> | null;

/** Open ports that were compared with declarations, and how many of them one explains. */
export interface DeclaredShare {
  readonly live: number;
  readonly explained: number;
}
