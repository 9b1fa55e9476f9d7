import { keysOf } from "./keys-of.ts";
import { DECLARED_KINDS } from "./declared.ts";
import { EXPOSURE_KINDS } from "./exposure.ts";
import { FLAPPING_KINDS } from "./flapping.ts";
import { GROUP_KINDS } from "./group.ts";
import { HOST_FIELD_KINDS } from "./host-field.ts";
import { KEY_KINDS } from "./key.ts";
import { LINKED_KINDS } from "./linked.ts";
import { MACHINE_KINDS } from "./machine.ts";
import { MANY_PORTS_KINDS } from "./many-ports.ts";
import { PORT_KINDS } from "./port.ts";
import { PRESENCE_KINDS } from "./presence.ts";
import { SERVICE_KINDS } from "./service.ts";
import { SOFTWARE_KINDS } from "./software.ts";
import { UNDECLARED_KINDS } from "./undeclared.ts";
import type { KindRow } from "./row.ts";

const ROWS = {
  ...PORT_KINDS,
  ...EXPOSURE_KINDS,
  ...SERVICE_KINDS,
  ...SOFTWARE_KINDS,
  ...KEY_KINDS,
  ...PRESENCE_KINDS,
  ...HOST_FIELD_KINDS,
  ...MACHINE_KINDS,
  ...MANY_PORTS_KINDS,
  ...FLAPPING_KINDS,
  ...GROUP_KINDS,
  ...LINKED_KINDS,
  ...UNDECLARED_KINDS,
  ...DECLARED_KINDS,
};

/** Kinds of anomalies: the action slugs of the event contract that this version can raise. A closed list. */
export type AnomalyKind = keyof typeof ROWS;

/** The one place for every fact about a kind; no other code depends on the name of a kind. */
export const CATALOGUE: Readonly<Record<AnomalyKind, KindRow<AnomalyKind>>> = ROWS;

/** It says what is there and not what changed: nothing must be learned before it, and after an accept it stays quiet. */
export function isStandingFact(kind: AnomalyKind): boolean {
  const { declaration } = CATALOGUE[kind];
  return declaration === "source" || declaration === "apart";
}

export const ANOMALY_KINDS: readonly AnomalyKind[] = keysOf(CATALOGUE);
