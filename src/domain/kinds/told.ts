import type { DeclaredView } from "../declaration.ts";
import type { Facts } from "../facts.ts";
import type { PortRef } from "../network.ts";

/**
 * What the sentence of a rollout names: the hosts alone, the subject, or the values too. Hashes are not values for
 * people.
 */
export type Named = "hosts" | "subject" | "values";

/** Of a group: the kind of its members, how many there are on how many hosts, the first of these, and what may be named. */
interface ToldGroup {
  readonly kind: string;
  readonly members: number;
  readonly hosts: number;
  readonly list: readonly string[];
  readonly names: Named;
}

/** What a sentence may tell of an anomaly. Not the anomaly itself, which has a kind and so is above the catalogue. */
export interface Told {
  readonly kind: string;
  readonly segment: string;
  readonly subject: string;
  readonly host: { readonly address: string; readonly name: string | null } | null;
  readonly port: PortRef | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly before: Facts;
  readonly after: Facts;
  readonly declared: DeclaredView | null;
  readonly group: ToldGroup | null;
}
