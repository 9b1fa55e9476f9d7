import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LoadedConfig, parseConfig } from "../../config/load.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { SceneView } from "../../report/model/scene.ts";
import type { LiveScanner } from "../live.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk } from "../operations/operation.ts";
import type { Runtime } from "../runtime.ts";
import { configText, INVENTORY, type Network } from "./network.ts";

export interface DemoOptions {
  readonly runtime: Runtime;
  readonly directory: string;
  /** A path, or a name looked up in the system's folders. */
  readonly nmap: string;
  readonly signal: AbortSignal;
  readonly show: (scene: SceneView) => void;
}

/** What the scenes are played on. */
export interface Stage extends Desk {
  readonly live: LiveScanner;
  readonly options: DemoOptions;
  /** The listeners of now; a scene may replace them. */
  network: Network | null;
}

/** The caller closes the store and stops the network. */
export function openStage(options: DemoOptions): Result<Stage, OperationFailure> {
  const { runtime } = options;
  const loaded = writeConfig(options);
  const stateDirectory = join(options.directory, ".tripline");
  const opened = runtime.openState(stateDirectory, "write");
  if (!opened.ok) return err(opened.error);
  const live = runtime.live(loaded, stateDirectory);
  if (live.ok) {
    return ok({ runtime, loaded, live: live.value, store: opened.value, stateDirectory, options, network: null });
  }
  opened.value.close();
  return live;
}

function writeConfig({ runtime, directory, nmap }: DemoOptions): LoadedConfig {
  const text = configText(nmap);
  writeFileSync(join(directory, "tripline.yaml"), text);
  writeFileSync(join(directory, "inventory.csv"), INVENTORY);
  const now = runtime.clock.now();
  const at = { path: "tripline.yaml", directory, environment: {}, now, format: runtime.configFormat };
  const loaded = parseConfig(text, at);
  if (!loaded.ok) throw new Error(`the demo's own configuration is invalid:\n${loaded.error.text}`);
  return loaded.value;
}
