import { initial } from "./0001-initial.ts";
import { plannedChanges } from "./0002-planned-changes.ts";
import { acceptUndo } from "./0003-accept-undo.ts";
import { observedSystems } from "./0004-observed-systems.ts";
import { pastAnomalies } from "./0005-past-anomalies.ts";

/** Forward only: entry n makes schema n + 1 out of schema n. A released entry is never edited. */
export const MIGRATIONS: readonly string[] = [initial, plannedChanges, acceptUndo, observedSystems, pastAnomalies];
