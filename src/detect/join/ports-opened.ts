import type { CycleView, HostView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { type PortKey, portKey } from "../../domain/network.ts";
import { portListText } from "../../domain/port-list.ts";
import { type PortBurst, portBurst } from "../../domain/port-burst.ts";
import { shortDigest } from "../../lib/hash.ts";
import { deviation } from "../detector.ts";
import { aboutHost, isConfirmed, isMature } from "../compare/host-found.ts";

const DETECTOR = { id: "ports-opened", version: "1.0.0" } as const;
const MOST_REASONS = 12;
/** Longest list of ports in a sentence or a value; whole lists are in the facts. */
const SHORT = 60;

/**
 * Many ports that opened on one host in one scan are one deviation that stands for all of them. What a second probe of a
 * sample refuted is none at all.
 */
export function portsOpened(
  view: CycleView,
  deviations: readonly Deviation[],
  expected: ReadonlyMap<string, ReadonlySet<PortKey>>,
): readonly Deviation[] {
  const byHost = Map.groupBy(deviations.filter(isOpening), (d) => d.host?.id ?? "");
  const bursts = view.hosts.flatMap((host) => {
    const burst = byHost.has(host.id) ? portBurst(view, host, expected.get(host.id)) : null;
    return burst === null ? [] : (fold(view, host, { burst, opened: byHost.get(host.id) ?? [] }) ?? []);
  });
  if (bursts.length === 0) return deviations;
  const folded = new Set(bursts.flatMap((burst) => burst.members));
  return [...deviations.filter((d) => !folded.has(d)), ...bursts.flatMap((burst) => burst.deviation ?? [])];
}

interface Folded {
  readonly members: readonly Deviation[];
  readonly deviation: Deviation | null;
}

function isOpening({ kind, port }: Deviation): boolean {
  return port !== null && CATALOGUE[kind].appears === "port";
}

function fold(
  view: CycleView,
  host: HostView,
  { burst, opened }: { readonly burst: PortBurst; readonly opened: readonly Deviation[] },
): Folded | null {
  const together = new Set([...burst.ports, ...burst.accepted].map(portKey));
  const folded = opened.filter((d) => d.port !== null && together.has(portKey(d.port)));
  // Findings need no maturity, a burst does: while a host is learned, its findings are reported one by one.
  const members = isMature(view, host.known) ? folded : folded.filter((d) => d.declared === null);
  if (members.length === 0) return null;
  return { members, deviation: burst.sample === "refuted" ? null : standingFor(view, host, { burst, members }) };
}

function standingFor(
  view: CycleView,
  host: HostView,
  { burst, members }: { readonly burst: PortBurst; readonly members: readonly Deviation[] },
): Deviation {
  const ports = members.flatMap((d) => d.port ?? []);
  const text = portListText(ports);
  const repeated = burst.fresh.length < burst.ports.length;
  return {
    ...deviation(DETECTOR, {
      ...aboutHost(view, host),
      subject: "ports",
      target: "open",
      from: "closed",
      to: text.length <= SHORT ? text : `${ports.length} ports, ${shortDigest(text)}`,
      before: { state: "closed" },
      after: { state: "open", open_count: ports.length, open_ports: text, asked_count: burst.asked },
      mature: isMature(view, host.known) && members.some((d) => d.mature),
      confirmed: isConfirmed(view, burst.sample === "confirmed" || repeated),
      evidence: burst.sample === "confirmed" ? "handshake" : "syn-ack",
      history: {
        scans: Math.min(...members.map((d) => d.history.scans)),
        seen: 0,
        changes: 0,
        firstSeen: host.known?.firstSeen.at ?? null,
        lastSeen: null,
      },
      reasons: [...new Set(members.flatMap((d) => d.reasons))].slice(0, MOST_REASONS),
      informational: members.every((d) => d.informational),
      closedSegment: members.some((d) => d.closedSegment),
    }),
    members,
  };
}
