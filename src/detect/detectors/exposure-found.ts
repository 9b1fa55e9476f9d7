import type { PortBaseline } from "../../domain/baseline.ts";
import { isBackdoor, type Verdict } from "../../domain/backdoor.ts";
import type { CycleView, HostView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { comparableService } from "../../domain/fields/service.ts";
import { portKey } from "../../domain/network.ts";
import type { PortObservation } from "../../domain/observation.ts";
import { aboutHost, isConfirmed } from "../compare/host-found.ts";
import { portFacts, portHistory } from "../compare/port-facts.ts";
import { type Detector, deviation } from "../detector.ts";

/** A service that needs no history to be a finding: nmap itself recognised a backdoor, also on a port known before. */
export const exposureFound: Detector = { id: "exposure-found", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  return view.hosts.flatMap((host) =>
    host.observation.ports.filter((port) => port.state === "open").flatMap((port) => judge(view, host, port)),
  );
}

function judge(view: CycleView, host: HostView, port: PortObservation): readonly Deviation[] {
  const memory = host.known?.ports.get(portKey(port)) ?? null;
  const [before, now] = [remembered(memory), shown(port)];
  const verdict = now ?? before;
  if (verdict === null || !isBackdoor(verdict)) return [];
  const service = verdict.service ?? "";
  const found = {
    ...aboutHost(view, host),
    port: { transport: port.transport, number: port.number },
    subject: portKey(port),
    target: "backdoor",
    from: null,
    to: verdict.product ?? service,
    before: {},
    after: { ...portFacts(port), service, ...leaves(verdict) },
    // It is no change: what was there before the first scan is as bad.
    mature: true,
    confirmed: isConfirmed(view, port.verified || (before !== null && isBackdoor(before))),
    evidence: "handshake" as const,
    history: host.known === null ? NEVER : portHistory(host.known, port),
    reasons: ["backdoor" as const],
  };
  return [deviation(exposureFound, found)];
}

const NEVER: Deviation["history"] = { scans: 0, seen: 0, changes: 0, firstSeen: null, lastSeen: null };

/** Null when the service did not identify itself in this cycle. */
function shown({ service }: PortObservation): Verdict | null {
  const answered = comparableService(service);
  if (answered === null) return null;
  const { name, product, extraInfo } = answered;
  return { service: name, product, extraInfo };
}

/** Not every scan asks every service: what answered last is there until another answers. */
function remembered(memory: PortBaseline | null): Verdict | null {
  const last = (field: "service" | "product" | "extra_info") => memory?.fields.get(field)?.current ?? null;
  const service = last("service");
  return service === null ? null : { service, product: last("product"), extraInfo: last("extra_info") };
}

function leaves({ product, extraInfo }: Verdict): Deviation["after"] {
  return {
    ...(product === null ? {} : { product }),
    ...(extraInfo === null ? {} : { extra_info: extraInfo }),
  };
}
