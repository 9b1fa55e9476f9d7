import type { ExposureClass } from "./facts.ts";
import type { PortRef } from "./network.ts";

/** What a scan found, as a person wants to see it after the first one: how much, of what, and what deserves a look. */
export interface ScanFound {
  readonly hosts: number;
  readonly ports: number;
  /** Services that answered, the most frequent first. */
  readonly services: readonly { readonly name: string; readonly count: number }[];
  /** Services with more exposure than web pages or mail, the most dangerous first. */
  readonly exposed: readonly ExposedService[];
}

/** One service on one port, with every host that offers it. */
export interface ExposedService {
  readonly class: ExposureClass;
  /** Null: nothing recognised what answers there. */
  readonly service: string | null;
  readonly product: string | null;
  readonly port: PortRef;
  /** Addresses, in the order of the scan. */
  readonly hosts: readonly string[];
}
