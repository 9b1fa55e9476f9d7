import { readFileSync } from "node:fs";
import type { Clock } from "../domain/ports/clock.ts";
import { findExecutable } from "../lib/child-process.ts";
import type { Intervals } from "../lib/intervals.ts";
import { err, ok, type Result } from "../lib/result.ts";
import type { Pace } from "../domain/scan-plan.ts";
import { findNmapData } from "./nmap/data-files.ts";
import { type OpenTool, openTool } from "./nmap/open-tools.ts";
import { readPrivilege } from "./nmap/privilege.ts";
import { type PinnedScan, pinnedScan } from "./pinned.ts";
import { planPorts, type PortsSetting } from "./plan/ports.ts";
import type { AskName } from "./resolve-names.ts";
import { pinTargets, type RefusedTargets } from "./targets.ts";

/** All input of a live scan; nothing is read from anywhere else. */
export interface LiveSettings {
  /** A path, or a name that is looked for as the shell would. */
  readonly nmapPath: string;
  /** Who may own nmap and its data besides root and us. */
  readonly owners: readonly number[];
  /** Absolute path of `nse-scripts`. */
  readonly nseDir: string;
  readonly workDir: string;
  /** The archive of raw XML. */
  readonly rawDir: string;
  readonly targets: readonly string[];
  readonly exclude: readonly string[];
  readonly ports: PortsSetting;
  readonly pace: Pace;
  readonly osDetection: boolean;
  readonly fragile: (address: string) => boolean;
  /** Resolves names; absent: as every program of this machine does. */
  readonly ask?: AskName | undefined;
  readonly clock: Clock;
}

export type LiveRefusal =
  | { readonly kind: "no-nmap"; readonly path: string }
  | { readonly kind: "open-tool"; readonly tool: OpenTool }
  | { readonly kind: "ports"; readonly reason: string }
  | { readonly kind: "targets"; readonly refused: RefusedTargets };

/** Checked once: nmap, ports, rights. What may change from cycle to cycle is pinned for each. */
export interface LiveScan {
  readonly raw: boolean;
  /** Resolves names, plans targets and finds our own address, for one cycle. `only` narrows the scope. */
  pin(only?: readonly string[]): Promise<Result<PinnedScan, LiveRefusal>>;
}

export function openLiveScan(settings: LiveSettings): Result<LiveScan, LiveRefusal> {
  const nmap = findExecutable(settings.nmapPath);
  if (nmap === null) return err({ kind: "no-nmap", path: settings.nmapPath });
  const open = openNmap(settings, nmap);
  if (open !== null) return err(open);
  const ports = planPorts(settings.ports, servicesText(nmap));
  if (!ports.ok) return err({ kind: "ports", reason: ports.error });
  const { raw } = readPrivilege();
  return ok({ raw, pin: (only) => pin({ settings, nmap, raw, ports: ports.value }, only) });
}

async function pin(
  prepared: {
    readonly settings: LiveSettings;
    readonly nmap: string;
    readonly raw: boolean;
    readonly ports: Intervals;
  },
  only?: readonly string[],
): Promise<Result<PinnedScan, LiveRefusal>> {
  const changed = openNmap(prepared.settings, prepared.nmap);
  if (changed !== null) return err(changed);
  const targets = await pinTargets({ ...prepared.settings, only });
  if (!targets.ok) return err({ kind: "targets", refused: targets.error });
  return ok(pinnedScan({ ...prepared, targets: targets.value, narrowed: only !== undefined }));
}

/** An agent runs for months: asked at its start and before every cycle. */
function openNmap({ nseDir, owners }: LiveSettings, nmap: string): LiveRefusal | null {
  const tool = openTool({ nmap, nseDir, owners });
  return tool === null ? null : { kind: "open-tool", tool };
}

function servicesText(nmap: string): string | null {
  const data = findNmapData(nmap);
  try {
    return data === null ? null : readFileSync(data.services, "utf8");
  } catch {
    return null;
  }
}
