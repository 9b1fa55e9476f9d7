import type { HostRef } from "../domain/deviation.ts";
import type { Facts } from "../domain/facts.ts";
import type { PortRef } from "../domain/network.ts";

/** One unit of the current state to report: a host, or a service on it. */
export interface ObservationChange {
  readonly cause: "first" | "change" | "refresh" | "closed";
  readonly host: HostRef;
  /** Null: it is about the host itself. */
  readonly port: PortRef | null;
  readonly facts: Facts;
  /** Name from nmap's table where the service did not name itself. */
  readonly guess: string | null;
  readonly digest: string;
  /** When it was seen, UTC ms. */
  readonly at: number;
  /** Of a host: what is open on it. */
  readonly open: readonly OpenService[];
  /** Script id → output. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly certificate: {
    readonly issuer: string | null;
    readonly subject: string | null;
    readonly notAfter: number | null;
  } | null;
}

/** One open port of a host, as briefly as its host tells of it. */
export interface OpenService extends Pick<ObservationChange, "facts" | "guess"> {
  readonly port: PortRef;
}
