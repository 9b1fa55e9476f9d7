import type { LoadedConfig } from "../config/load.ts";
import type { Vantage } from "../domain/cycle.ts";
import type { VantagePlace } from "../domain/vantage.ts";
import type { Profile } from "../domain/scan-plan.ts";
import { derivedUuid } from "../lib/ids.ts";
import type { RefreshRule } from "../domain/refresh.ts";
import { machineZone } from "../lib/time.ts";
import type { UnfinishedCycle } from "../domain/resume.ts";
import type { CyclePolicy, CycleTick, TickContext } from "../domain/tick.ts";
import { agentVersion } from "../config/package-root.ts";
import {
  configuredMutes,
  hostRoles,
  hostTags,
  maintenanceTest,
  publicUrl,
  safePeriods,
  seenAs,
  segmentOf,
  vantageOf,
} from "../config/settings.ts";

/** How the baseline is treated in this cycle. */
export interface Learning {
  /** False: look and report, but leave the baseline as it is. */
  readonly learn: boolean;
  /** Maturity after this many covered scans with no minimum time; null: the configured rule. */
  readonly learnScans: number | null;
}

/** A cycle that is measured now. */
export interface LiveOccasion extends Learning {
  /** Of a new cycle; one that is continued keeps its own. */
  readonly newId: string;
  /** Name of this machine; null: unknown. */
  readonly hostname: string | null;
  readonly profile: Profile;
  /** Where this cycle is measured from. */
  readonly place: VantagePlace;
  readonly raw: boolean;
  readonly plan: string;
  readonly unfinished: UnfinishedCycle | null;
}

/** A cycle whose facts were measured before: everything about it is an input, so that it can be repeated. */
export interface RecordedOccasion extends Learning {
  readonly cycleId: string;
  readonly profile: Profile;
  readonly sourceAddress: string | null;
  /** True: a file from anywhere, whose targets are not known. False: our own runs, which name every address asked. */
  readonly foreign: boolean;
  readonly tags: readonly string[];
}

const DEFAULT_RULE = { scans: 20, atLeastMs: 3 * 86_400_000 };
const DEFAULT_ALERT_AT = 48;
/** The zone of this machine says nothing about a scan that was taken elsewhere. */
const FOREIGN_ZONE = "UTC";

export function liveTick(loaded: LoadedConfig, occasion: LiveOccasion): CycleTick {
  const { place, raw, plan, unfinished, profile, newId, hostname } = occasion;
  const cycleId = unfinished?.record.id ?? newId;
  const vantage = vantageOf(loaded, { ...place, raw, hostname });
  return {
    context: {
      ...configured(loaded, { ...occasion, zone: machineZone() }),
      cycleId,
      profile,
      vantage,
      tags: [],
      recorded: false,
    },
    policy: { ...policyOf(loaded, occasion), installId: null },
    resume: { plan, unfinished },
  };
}

export function recordedTick(loaded: LoadedConfig | null, occasion: RecordedOccasion): CycleTick {
  const { cycleId, profile, tags, foreign: recorded } = occasion;
  const vantage = recordedVantage(loaded, occasion.sourceAddress);
  return {
    context: {
      ...configured(loaded, { ...occasion, zone: recorded ? FOREIGN_ZONE : machineZone() }),
      cycleId,
      profile,
      vantage,
      tags,
      recorded,
    },
    policy: { ...policyOf(loaded, occasion), installId: derivedUuid(segmentOf(loaded)) },
    resume: { plan: null, unfinished: null },
  };
}

/** The context of an evaluation between two scans, as the configuration is now. */
export function evaluationTick(
  loaded: LoadedConfig,
  found: Pick<Vantage, "sourceAddress" | "hostname"> & { readonly raw: boolean },
): { readonly context: Omit<TickContext, "cycleId" | "profile">; readonly policy: CyclePolicy } {
  const learning = { learn: false, learnScans: null };
  const vantage = vantageOf(loaded, { ...found, mac: null });
  return {
    context: { ...configured(loaded, { ...learning, zone: machineZone() }), vantage, tags: [], recorded: false },
    policy: { ...policyOf(loaded, learning), installId: null },
  };
}

/** What the configuration says about every cycle, however it is measured. */
function configured(
  loaded: LoadedConfig | null,
  learning: Learning & { readonly zone: string },
): Omit<TickContext, "cycleId" | "profile" | "vantage" | "tags" | "recorded"> {
  const config = loaded?.config;
  const learned = config?.baseline.learn;
  const rule = learned === undefined ? DEFAULT_RULE : { scans: learned.scans, atLeastMs: learned.at_least };
  return {
    namespace: config?.namespace ?? "default",
    agentVersion: agentVersion(),
    maturity: learning.learnScans === null ? rule : { scans: learning.learnScans, atLeastMs: 0 },
    alertAt: config?.score.alert_at ?? DEFAULT_ALERT_AT,
    labels: new Map(Object.entries(config?.labels ?? {})),
    publicUrl: publicUrl(loaded),
    docsBase: config?.docs_base ?? null,
    roles: hostRoles(loaded),
    ...(config === undefined ? {} : { forgetAfterMs: config.baseline.forget_after, refresh: refreshRule(config) }),
    zone: config?.time_zone ?? learning.zone,
  };
}

function refreshRule({ observations }: LoadedConfig["config"]): RefreshRule {
  const { refresh, refresh_services: services } = observations;
  return { hostsMs: refresh === "off" ? null : refresh, servicesMs: services === "off" ? null : services };
}

function policyOf(loaded: LoadedConfig | null, { learn }: Learning): Omit<CyclePolicy, "installId"> {
  const safe = safePeriods(loaded);
  return {
    hostTags: hostTags(loaded),
    mutes: configuredMutes(loaded),
    maintenance: maintenanceTest(loaded),
    ...(safe === undefined ? {} : { safe }),
    learn,
  };
}

/** This machine's name and address say nothing about a scan that was taken elsewhere or long ago. */
function recordedVantage(loaded: LoadedConfig | null, sourceAddress: string | null): Vantage {
  const segment = segmentOf(loaded);
  const vantage = loaded?.config.vantage;
  return {
    name: vantage?.name ?? segment,
    segment,
    closed: vantage?.closed ?? false,
    hostname: null,
    sourceAddress: seenAs(vantage?.seen_as ?? [], sourceAddress),
    mac: null,
    privilege: "single",
  };
}
