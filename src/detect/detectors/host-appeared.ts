import type { CycleView, HostView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { hostFieldValues } from "../../domain/fields/values.ts";
import { presenceComparable } from "../../domain/maturity.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { anonymousPopulation } from "../compare/anonymous.ts";
import { aboutHost, isConfirmed, presenceHistory } from "../compare/host-found.ts";
import { leaf } from "../compare/port-facts.ts";

/** An unknown host, until it is accepted. */
export const hostAppeared: Detector = { id: "host-appeared", version: "1.1.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  // The first scan has nothing to compare with: there everything would be new.
  if (view.baseline.scans === 0 || !presenceComparable(view)) return [];
  const isOneMore = anonymousPopulation(view);
  return view.hosts
    .filter((host) => (host.known === null ? host.firstAsked !== true : host.known.reference === "new"))
    .map((host) => judge(view, host, isOneMore(host)));
}

/** `oneMore`: of a population that nobody can tell apart. In a closed segment even those are strangers. */
function judge(view: CycleView, host: HostView, oneMore: boolean): Deviation {
  const { closed } = view.context.vantage;
  return deviation(hostAppeared, {
    ...aboutHost(view, host),
    subject: "presence",
    target: "up",
    from: null,
    to: "up",
    before: {},
    after: facts(host),
    mature: view.mature,
    confirmed: isConfirmed(view, isTwofold(host)),
    evidence: host.observation.ports.some((p) => p.state === "open") ? "syn-ack" : null,
    history: presenceHistory(view, host.known, 0),
    reasons: closed ? ["new-host", "closed-segment"] : ["new-host"],
    closedSegment: closed,
    informational: oneMore && !closed,
  });
}

/** Answered ARP and on a port, or on a port twice, or in an earlier scan as well. */
function isTwofold(host: HostView): boolean {
  const { mac, ports } = host.observation;
  const open = ports.filter((p) => p.state === "open");
  return host.known !== null || open.some((p) => p.verified) || (mac !== null && open.length > 0);
}

function facts(host: HostView): Facts {
  const values = hostFieldValues(host.observation);
  const [first] = host.identity.evidence;
  return {
    state: "up",
    ip: host.observation.address,
    ...leaf("mac", host.observation.mac),
    ...leaf("dns_name", values.get("name")),
    ...leaf("os_family", values.get("os_family")),
    ...leaf("identity", first === undefined ? null : first.kind),
  };
}
