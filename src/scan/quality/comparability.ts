import { SANITISER_VERSION } from "../../domain/clean-text.ts";
import type { Vantage } from "../../domain/cycle.ts";
import type { ComparabilityKeys } from "../../domain/nmap-run.ts";
import type { RunPlan, Technique } from "../../domain/scan-plan.ts";
import { canonicalAddress } from "../../lib/ip.ts";
import type { NmapDocument } from "../xml/document.ts";
import { readArgs } from "./args.ts";

export interface ComparabilityInput {
  readonly document: NmapDocument;
  /** Null for a recorded file: then the allow-listed flags of its `args` speak. */
  readonly plan: RunPlan | null;
  /** SHA-256 by script id, as far as known. */
  readonly scriptHashes: ReadonlyMap<string, string>;
  /** Hash of the probe database in effect, stock or run-time copy. */
  readonly probesHash: string | null;
  readonly privilege: Vantage["privilege"] | null;
  /** The vantage as the caller knows it (source address, gateway MAC); null when unknown. */
  readonly vantage: string | null;
}

/** How the results were measured, per field family. */
interface Method {
  readonly technique: string;
  readonly intensity: number | null;
  readonly probes: string | null;
  readonly os: string | null;
  readonly scripts: readonly string[];
}

/**
 * One key per field family. Presence depends on how ports were probed and from where, not on the version of nmap; the
 * other families on the databases and scripts that nmap brings along. Ports, targets, paths, timing and verbosity are
 * never part of a key.
 */
export function comparabilityOf(input: ComparabilityInput): ComparabilityKeys {
  const { document, plan } = input;
  const method = plan === null ? recordedMethod(document) : plannedMethod(plan);
  const nmap = `nmap=${document.header?.version ?? "?"}/${document.header?.xmlOutputVersion ?? "?"}`;
  const text = `text=${SANITISER_VERSION}`;
  const probes = `probes=${input.probesHash ?? method.probes ?? "stock"}`;
  const raw = input.privilege === null ? "" : input.privilege === "connect" ? " unprivileged" : " raw";
  return {
    presence: `${method.technique}${raw}${input.vantage === null ? "" : ` from=${input.vantage}`}`,
    service: method.intensity === null ? null : `${nmap} ${probes} intensity=${method.intensity} ${text}`,
    os: method.os === null ? null : `${nmap} ${method.os} ${text}`,
    scripts: new Map(
      method.scripts.map((id) => [id, `${nmap} script=${input.scriptHashes.get(id) ?? "stock"} ${text}`] as const),
    ),
  };
}

/** The address that scans of this presence key came from; null when the key names none. */
export function sourceAddressOf(presence: string): string | null {
  return canonicalAddress(/ from=(\S+)/.exec(presence)?.[1] ?? "");
}

/** How TCP was probed, or UDP when no TCP was; recorded scans of other kinds count as SYN. */
export function techniqueOf(document: NmapDocument): Technique {
  const info = document.scanInfo.find((i) => i.protocol === "tcp") ?? document.scanInfo[0];
  if (info?.type === "connect" || info?.type === "udp") return info.type;
  return "syn";
}

function plannedMethod(plan: RunPlan): Method {
  return {
    technique: plan.technique,
    intensity: plan.versionIntensity,
    probes: plan.shortWait ? "short-wait" : null,
    os: plan.osDetection ? "-O" : null,
    scripts: plan.scripts,
  };
}

function recordedMethod(document: NmapDocument): Method {
  const args = readArgs(document.header?.args ?? "");
  const { tally } = document;
  const info = document.scanInfo.find((i) => i.protocol === "tcp") ?? document.scanInfo[0];
  return {
    technique: info?.type ?? "discovery",
    intensity: args.intensity ?? (tally.servicesProbed ? args.defaultIntensity : null),
    probes: null,
    os: args.os ?? (tally.osGuessed ? "-O" : null),
    scripts: [...new Set([...args.scripts, ...tally.scriptsSeen])].toSorted(),
  };
}
