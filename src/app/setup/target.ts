import type { LoadedConfig } from "../../config/load.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { SetupAbout, SetupWork } from "../../domain/ports/setup.ts";

/** A place of the configuration that a target prepares. */
export interface SetupPlace {
  /** Of the output, or of the target where there is one place. */
  readonly name: string;
  readonly work: SetupWork;
}

/** One word after `tripline setup`. */
export interface SetupTarget extends SetupAbout {
  readonly name: string;
  /** Its places are outputs, so that `--sink` chooses one. */
  readonly ofOutputs: boolean;
  /** Empty: nothing of it is configured. */
  readonly places: (at: { readonly loaded: LoadedConfig; readonly clock: Clock }) => readonly SetupPlace[];
  /** For `--to-dir` and a dry run where nothing is configured; null: it must be. */
  readonly bare: ((loaded: LoadedConfig) => SetupWork) | null;
  /** The key of the configuration that names its places; absent: its own name. */
  readonly configuredAs?: string;
}
