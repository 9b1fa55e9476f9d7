import { resolve } from "node:path";
import type { LoadedConfig } from "./load.ts";
import { bareUrl } from "./url-secrets.ts";
import { addressVersion } from "../lib/ip.ts";
import type { Mute } from "../domain/anomaly.ts";
import type { SafePeriod, SafePeriods } from "../domain/safe-period.ts";
import type { MaintenanceTest } from "../domain/tick.ts";
import { nextWindow, readWindow, type WeeklyWindow, windowAround, type WindowSpan } from "./weekly-window.ts";
import { addressTest, networksOf } from "../domain/target.ts";
import type { CycleContext, Vantage } from "../domain/cycle.ts";
import { stableId } from "../lib/hash.ts";

/** What the rooms need from the configuration, as their own types. */

export function stateDirectory(loaded: LoadedConfig | null, flag: string | null, cwd: string): string {
  if (flag !== null) return resolve(cwd, flag);
  return resolve(loaded?.directory ?? cwd, ".tripline");
}

const RECORDED_SEGMENT = "recorded";

/** The segment that recorded scans without a configuration belong to has a fixed name. */
export function segmentOf(loaded: LoadedConfig | null): string {
  return loaded?.config.segment ?? RECORDED_SEGMENT;
}

/** The agent's page for `event.url`: events go to others, so its login and parameters stay here. */
export function publicUrl(loaded: LoadedConfig | null): string | null {
  const url = loaded?.config.public_url;
  return url === undefined ? null : bareUrl(url);
}

/**
 * Besides root and us, whoever wrote the configuration may own the programs that it names, because they could name
 * any.
 */
export function programOwners({ owner }: LoadedConfig): readonly number[] {
  return owner === null ? [] : [owner];
}

/**
 * Our address as the targets see it: what the configuration says for the family of the address that was found, else
 * that address. Where none was found, the first that the configuration names.
 */
export function seenAs(configured: readonly string[], found: string | null): string | null {
  if (found === null) return configured[0] ?? null;
  return configured.find((address) => addressVersion(address) === addressVersion(found)) ?? found;
}

/** The vantage as events name it; `name` defaults to the segment. */
export function vantageOf(
  { config }: LoadedConfig,
  found: Pick<Vantage, "sourceAddress" | "mac" | "hostname"> & { readonly raw: boolean },
): Vantage {
  return {
    name: config.vantage.name ?? config.segment,
    segment: config.segment,
    closed: config.vantage.closed,
    hostname: found.hostname,
    sourceAddress: seenAs(config.vantage.seen_as, found.sourceAddress),
    mac: found.mac,
    privilege: found.raw ? "single" : "connect",
  };
}

/**
 * The scope of scans that were taken before. Names are not resolved for them: they stand for addresses inside the
 * listed networks, and where only names are listed nobody can say today what they stood for then.
 */
export function scopeTest(loaded: LoadedConfig | null): (address: string) => boolean {
  if (loaded === null) return () => true;
  const { targets, exclude } = loaded.config;
  const inside = targets.flatMap(networksOf).length === 0 ? () => true : addressTest(targets);
  const excluded = addressTest(exclude);
  return (address) => inside(address) && !excluded(address);
}

export function hostTags(loaded: LoadedConfig | null): (address: string) => readonly string[] {
  const rules = (loaded?.config.tags ?? []).map((rule) => ({ test: addressTest([rule.match]), tags: rule.tags }));
  return (address) => [...new Set(rules.filter((rule) => rule.test(address)).flatMap((rule) => rule.tags))];
}

/** What the operator says of a host; null: nothing. The first match counts. */
export function hostRoles(loaded: LoadedConfig | null): NonNullable<CycleContext["roles"]> {
  const rules = (loaded?.config.roles ?? []).map((rule) => ({ test: addressTest([rule.match]), role: rule.role }));
  return (address) => rules.find((rule) => rule.test(address))?.role ?? null;
}

/** Mutes of the file carry their place, so that whoever meets one knows where to change it. */
export function configuredMutes(loaded: LoadedConfig | null): readonly Mute[] {
  return (loaded?.config.mutes ?? []).map((mute, i) => {
    const line = loaded?.document.positionOf(["mutes", i]).line ?? 0;
    const { host, port, kind, anomaly, segment } = mute.match;
    const match = {
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(kind === undefined ? {} : { kind }),
      ...(anomaly === undefined ? {} : { anomaly }),
      ...(segment === undefined ? {} : { segment }),
    };
    const id = stableId("mute", JSON.stringify(match), mute.reason, mute.by, String(mute.until));
    return {
      id,
      match,
      reason: mute.reason,
      until: mute.until,
      by: mute.by,
      origin: `${loaded?.path ?? "config"}:${line}`,
    };
  });
}

/** The windows of the file as a test; of several that hold a moment the one that lasts longest. */
export function maintenanceTest(loaded: LoadedConfig | null): MaintenanceTest {
  const rules = (loaded?.config.maintenance ?? []).map(({ match, tag, windows }) => ({
    isHere: match === undefined ? () => true : addressTest([match]),
    tag,
    windows: windows.flatMap((text) => readWindow(text) ?? []),
  }));
  return ({ address, tags }, at) => {
    const its = rules.filter((rule) => rule.isHere(address) && (rule.tag === undefined || tags.includes(rule.tag)));
    const found = its
      .flatMap(({ windows }) => windows)
      .flatMap((one) => {
        const span = windowAround(one, at);
        return span === null ? [] : [{ window: one.text, until: span.until }];
      });
    return found.toSorted((a, b) => b.until - a.until)[0] ?? null;
  };
}

/** When scans may teach something new; undefined: always. */
export function safePeriods(loaded: LoadedConfig | null): SafePeriods | undefined {
  const windows = (loaded?.config.baseline.learn.safe ?? []).flatMap((text) => readWindow(text) ?? []);
  if (windows.length === 0) return undefined;
  const named = (find: (window: WeeklyWindow) => WindowSpan | null): SafePeriod[] =>
    windows.flatMap((window) => {
      const span = find(window);
      return span === null ? [] : [{ window: window.text, ...span }];
    });
  return {
    around: (startedAt, endedAt) => adjoining((at) => named((one) => windowAround(one, at)), startedAt, endedAt),
    next: (at) => named((one) => nextWindow(one, at)).toSorted((a, b) => a.from - b.from)[0] ?? null,
  };
}

/** Windows that overlap or follow each other without a gap are one period. */
function adjoining(
  at: (moment: number) => readonly SafePeriod[],
  startedAt: number,
  endedAt: number,
): SafePeriod | null {
  let period = longest(at(startedAt));
  while (period !== null && period.until < endedAt) {
    const more = longest(at(period.until));
    if (more === null) return null;
    period = { ...period, until: more.until };
  }
  return period;
}

function longest(periods: readonly SafePeriod[]): SafePeriod | null {
  return periods.toSorted((a, b) => b.until - a.until)[0] ?? null;
}
