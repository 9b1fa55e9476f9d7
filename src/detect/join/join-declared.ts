import type { HostBaseline } from "../../domain/baseline.ts";
import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { isNormal } from "../../domain/fields/normal.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { portKey } from "../../domain/network.ts";
import { portHistory } from "../compare/port-facts.ts";

/** What a port shows of itself, by the same names in facts and in memory. */
const SHOWN = ["service", "product", "version", "banner"] as const;
const MOST_REASONS = 12;

/**
 * One endpoint, one deviation: where declaration and baseline meet, the declaration gives the kind and the baseline
 * what it remembers.
 */
export function joinDeclared(
  view: CycleView,
  baseline: readonly Deviation[],
  declared: readonly Deviation[],
): readonly Deviation[] {
  const known = new Map(view.hosts.map((host) => [host.id, host.known]));
  const baselineOf = Map.groupBy(baseline, hostId);
  const declaredOf = Map.groupBy(declared, hostId);
  const joined = declared.map((d) => {
    const memory = known.get(hostId(d)) ?? null;
    const partners = (baselineOf.get(hostId(d)) ?? []).filter((b) => replaces(d, b));
    const joined = partners.reduce(merge, withHistory(d, memory));
    return partners.some((b) => b.mature && isFresh(b, memory)) ? asNews(joined) : joined;
  });
  return [...baseline.filter((b) => !declaredOf.get(hostId(b))?.some((d) => replaces(d, b))), ...joined];
}

function hostId(d: Deviation): string {
  return d.host?.id ?? "";
}

/** A changed key on a declared endpoint stays a separate fact. */
function replaces(declared: Deviation, other: Deviation): boolean {
  if (declared.host === null || declared.host.id !== other.host?.id) return false;
  const { declaration, appears } = CATALOGUE[other.kind];
  if (declaration !== "wins") return false;
  if (appears === "host") return CATALOGUE[declared.kind].appears === "host";
  // That nothing declares the port says nothing about what answers there.
  if (CATALOGUE[declared.kind].appears === "port" && CATALOGUE[other.kind].second === "told") return false;
  return other.port !== null && endsOf(declared).has(portKey(other.port));
}

/** A moved port has two ends, every other finding one. */
function endsOf(d: Deviation): ReadonlySet<string> {
  const { port } = d;
  if (port === null) return new Set();
  const numbers = [port.number, d.before.port, d.after.port].filter((n) => n !== undefined);
  return new Set(numbers.map((number) => portKey({ transport: port.transport, number })));
}

/** Facts of the declaration win: they are about what was expected there. */
function merge(declared: Deviation, other: Deviation): Deviation {
  return {
    ...declared,
    before: { ...other.before, ...declared.before },
    after: { ...other.after, ...declared.after },
    confirmed: declared.confirmed || other.confirmed,
    evidence: declared.evidence ?? other.evidence,
    reasons: [...new Set([...declared.reasons, ...other.reasons])].slice(0, MOST_REASONS),
    closedSegment: declared.closedSegment || other.closedSegment,
    history: other.history,
  };
}

/** What changed on the wire in this very cycle is not part of an inventory, however new the declarations are. */
function asNews(d: Deviation): Deviation {
  return d.declared === null ? d : { ...d, declared: { ...d.declared, firstEvaluation: false } };
}

/** Deviations return in every cycle until they are accepted; this one was not there in the last scan. */
function isFresh({ kind, port, to, after }: Deviation, known: HostBaseline | null): boolean {
  if (known === null || port === null) return known === null;
  const memory = known.ports.get(portKey(port));
  if (CATALOGUE[kind].gone.when === "port-normal") return (memory?.current ?? "closed") !== to;
  return SHOWN.some((name) => {
    const [known, now] = [memory?.fields.get(name), after[name]];
    return now !== undefined && now !== known?.current && !(known !== undefined && isNormal(name, known, now));
  });
}

function withHistory(d: Deviation, known: HostBaseline | null): Deviation {
  return known === null || d.port === null ? d : { ...d, history: portHistory(known, d.port) };
}
