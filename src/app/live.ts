import { join } from "node:path";
import type { LoadedConfig } from "../config/load.ts";
import { packagePath } from "../config/package-root.ts";
import { programOwners } from "../config/settings.ts";
import { addressTest } from "../domain/target.ts";
import { err, ok, type Result } from "../lib/result.ts";
import { type LiveRefusal, type LiveScan, type LiveSettings, openLiveScan } from "../scan/live.ts";
import type { OperationFailure } from "./failure.ts";
import { targetsFailure } from "./targets.ts";

export type PinnedScan = Extract<Awaited<ReturnType<LiveScan["pin"]>>, { ok: true }>["value"];

/** A live scan of the configured targets; a refusal says what to do about it. */
export interface LiveScanner {
  readonly raw: boolean;
  pin(only?: readonly string[]): Promise<Result<PinnedScan, OperationFailure>>;
}

export interface LiveParts extends Pick<LiveSettings, "ask" | "clock"> {
  readonly loaded: LoadedConfig;
  readonly stateDirectory: string;
}

export function prepareLive(parts: LiveParts): Result<LiveScanner, OperationFailure> {
  const opened = openLiveScan(settingsOf(parts));
  if (!opened.ok) return err(liveFailure(opened.error));
  const scan = opened.value;
  return ok({
    raw: scan.raw,
    pin: async (only) => {
      const pinned = await scan.pin(only);
      return pinned.ok ? pinned : err(liveFailure(pinned.error));
    },
  });
}

function settingsOf({ loaded, stateDirectory, ask, clock }: LiveParts): LiveSettings {
  const { nmap, targets, exclude, ports, pace, os_detection: osDetection, fragile } = loaded.config;
  return {
    nmapPath: nmap.path,
    owners: programOwners(loaded),
    nseDir: packagePath("nse-scripts"),
    workDir: join(stateDirectory, "work"),
    rawDir: join(stateDirectory, "raw"),
    targets,
    exclude,
    ports,
    pace,
    osDetection,
    fragile: addressTest(fragile),
    ask,
    clock,
  };
}

function liveFailure(refusal: LiveRefusal): OperationFailure {
  switch (refusal.kind) {
    case "no-nmap":
      return nmapMissing(refusal.path);
    case "open-tool":
      return {
        code: refusal.tool.code,
        exit: 78,
        what: `nmap is not started: ${refusal.tool.what}`,
        effect: "Nothing was scanned: other users could choose what runs with nmap's rights.",
        fix: refusal.tool.fix,
      };
    case "ports":
      return {
        code: "TL120",
        exit: 78,
        what: refusal.reason,
        effect: "Nothing was scanned.",
        fix: "List the ports in the configuration.",
      };
    case "targets":
      return targetsFailure(refusal.refused);
  }
}

function nmapMissing(path: string): OperationFailure {
  return {
    code: "TL101",
    exit: 69,
    what: `nmap was not found at "${path}"`,
    effect: "Nothing can be scanned; recorded scans still work with scan --from-xml.",
    fix: "Install nmap (Debian: apt-get install nmap), or name it under nmap.path (for the demo: tripline demo --nmap PATH).",
  };
}
