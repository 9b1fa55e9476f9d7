import type { HostBaseline } from "../../domain/baseline.ts";
import type { IdentityEvidence } from "../../domain/evidence.ts";
import type { CycleView, HostView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { hostFieldValues, portFieldValues } from "../../domain/fields/values.ts";
import { keyDigest } from "../../domain/key-set.ts";
import { portKey } from "../../domain/network.ts";
import { presenceComparable } from "../../domain/maturity.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { aboutHost, isConfirmed } from "../compare/host-found.ts";
import { leaf } from "../compare/port-facts.ts";

/** Everything strong that identified the machine at this address was replaced: it is another machine. */
export const identityChanged: Detector = { id: "identity-changed", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  if (!presenceComparable(view)) return [];
  return view.hosts.flatMap((host) => {
    const { known } = host;
    return known !== null && host.identity.replaced ? [judge(view, host, known)] : [];
  });
}

function judge(view: CycleView, host: HostView, known: HostBaseline): Deviation {
  const [before, after] = [strongestOf(known.evidence), newIdentity(host)];
  return deviation(identityChanged, {
    ...aboutHost(view, host),
    subject: "identity",
    target: after,
    from: before,
    to: after,
    before: { ip: known.address, ...identityFacts(before, known.fields.get("mac")?.value) },
    after: { ip: host.observation.address, ...identityFacts(after, host.observation.mac ?? undefined) },
    mature: view.mature,
    confirmed: isConfirmed(view, isTwofold(host, known)),
    evidence: host.observation.ports.some((p) => p.state === "open") ? "syn-ack" : null,
    history: {
      scans: known.covered,
      seen: 0,
      changes: 0,
      firstSeen: known.firstSeen.at,
      lastSeen: known.lastSeen.at,
    },
    reasons: ["all-evidence-replaced"],
  });
}

function strongestOf(evidence: readonly IdentityEvidence[]): string {
  const mac = evidence.find((e) => e.kind === "mac" && e.strong);
  const strongest = mac ?? evidence.find((e) => e.strong);
  return strongest === undefined ? "unknown" : `${strongest.kind}:${strongest.value}`;
}

/** The MAC first although keys are stronger: it is seen in every scan, so the anomaly keeps its id. */
function newIdentity(host: HostView): string {
  const mac = hostFieldValues(host.observation).get("mac");
  if (mac !== undefined) return `mac:${mac}`;
  const keys = host.observation.ports.map(portFieldValues);
  const ssh = keys.find((values) => values.has("ssh"))?.get("ssh");
  if (ssh !== undefined) return `ssh:${keyDigest(ssh)}`;
  return `tls:${keyDigest(keys.find((values) => values.has("tls"))?.get("tls") ?? "unknown")}`;
}

/** Two strong pieces were replaced at once, or a probe or the scan before said the same. */
function isTwofold(host: HostView, known: HostBaseline): boolean {
  const { ports } = host.observation;
  const mac = hostFieldValues(host.observation).get("mac");
  const again = mac !== undefined && known.fields.get("mac")?.current === mac;
  const otherMac = mac !== undefined && known.fields.has("mac");
  const otherKey = ports.some((port) => {
    const memory = known.ports.get(portKey(port))?.fields;
    return portFieldValues(port).has("ssh") && memory?.has("ssh") === true;
  });
  return again || (otherMac && otherKey) || ports.some((p) => p.verified);
}

function identityFacts(identity: string, mac: string | undefined): Facts {
  return { identity, ...leaf("mac", mac) };
}
