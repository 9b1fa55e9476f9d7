import type { Memory } from "../domain/memory.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { DeclaredReader } from "../domain/ports/declared-reader.ts";
import type { Prober } from "../domain/ports/prober.ts";
import type { ScanSource } from "../domain/ports/scan-source.ts";
import type { CycleStore } from "../domain/ports/stores.ts";
import type { CycleWatch } from "../domain/ports/vantage-watch.ts";
import type { CycleTick } from "../domain/tick.ts";
import type { ScoringRules } from "../score/weigh/rules.ts";

/** The seams a cycle works through. */
export interface CycleDeps {
  readonly store: CycleStore;
  readonly source: ScanSource;
  readonly prober: Prober;
  /** Null: recorded. */
  readonly watch: CycleWatch | null;
  /** Null: nothing is declared. */
  readonly readDeclared: DeclaredReader | null;
  readonly rules: ScoringRules;
  readonly clock: Clock;
}

/** A cycle under way. */
export interface CycleWork {
  readonly tick: CycleTick;
  readonly memory: Memory;
  readonly deps: CycleDeps;
  readonly signal: AbortSignal;
}
