import type { Anomaly, Standing } from "../domain/anomaly.ts";
import type { PortBaseline } from "../domain/baseline.ts";
import type { HostField } from "../domain/fields/host.ts";
import type { PortField } from "../domain/fields/port.ts";
import type { AbsentHost, CycleView, HostView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import { hostFieldValues, portFieldValues } from "../domain/fields/values.ts";
import { isRelearned } from "../domain/fields/compare.ts";
import { isNormal } from "../domain/fields/normal.ts";
import { type AnomalyKind, CATALOGUE } from "../domain/kinds/catalogue.ts";
import type { Gone } from "../domain/kinds/row.ts";
import { parsePortKey, portKey } from "../domain/network.ts";
import type { PortRef } from "../domain/network.ts";
import { withResult } from "../domain/flapping.ts";
import { inBurst, isBurstMeasured } from "../domain/port-burst.ts";
import { lookAt, MISSES_AFTER_RESET, settleHost, settlePort } from "../domain/settle.ts";
import { presenceComparable } from "../domain/maturity.ts";
import { answered, answersNow, knownHosts } from "./compare/host-answers.ts";

/** The state of an open anomaly after this cycle. A group is gone only when every member is. */
export function standing(view: CycleView, anomaly: Anomaly, deviations: readonly Deviation[]): Standing {
  const kind = anomaly.group?.kind ?? anomaly.kind;
  const standings = placesOf(anomaly).map((place) => standingOn(view, { ...place, kind, anomaly }, deviations));
  if (standings.includes("present")) return "present";
  const members = anomaly.group?.members.length ?? 1;
  return members > 0 && standings.every((s) => s === "gone") ? "gone" : "unmeasured";
}

/** A member that was found normal again has been settled. */
function placesOf({ group, host, port, subject }: Anomaly): readonly Place[] {
  if (group === null) return [{ id: host?.id ?? "", subject, port: port ?? parsePortKey(subject) }];
  return group.members
    .filter((member) => member.over === undefined)
    .map((member) => ({
      id: member.hostId,
      subject: member.subject ?? null,
      port: parsePortKey(member.subject ?? "") ?? port ?? parsePortKey(subject),
    }));
}

/** Where to look: a host, and what deviates on it as far as that is known. */
interface Place {
  readonly id: string;
  readonly subject: string | null;
  readonly port: PortRef | null;
}

interface Question extends Place {
  readonly kind: AnomalyKind;
  readonly anomaly: Anomaly;
}

function standingOn(view: CycleView, asked: Question, deviations: readonly Deviation[]): Standing {
  const { kind } = asked;
  if (deviations.some((d) => d.host?.id === asked.id && isSame(d, asked))) return "present";
  const host = view.hosts.find((h) => h.id === asked.id);
  const { gone } = CATALOGUE[kind];
  if (gone.when === "stranger-explained") return appearance(view, asked.id, host);
  if (gone.when === "steady" && asked.port === null) return hostSteadiness(view, asked.id);
  if (gone.when === "host-answers") return host === undefined ? "unmeasured" : "gone";
  if (host === undefined || host.known === null) return "unmeasured";
  return knownHost(view, host, { gone, port: asked.port });
}

function knownHost(
  view: CycleView,
  host: HostView,
  { gone, port }: { readonly gone: Gone; readonly port: PortRef | null },
): Standing {
  if (gone.when === "own-evidence-back") return identity(view, host);
  if (gone.when === "burst-closed") return togetherOpen(view, host);
  if (gone.when === "host-field-normal") return hostField(view, host, gone.field);
  if (port === null) return "unmeasured";
  if (gone.when === "endpoint-measured") return measured(view, host, port);
  const memory = host.known?.ports.get(portKey(port)) ?? null;
  if (gone.when === "steady") return steadiness(view, host, { port, memory });
  if (gone.when === "port-fields-normal") return portFields(view, host, { port, memory, fields: gone.fields });
  return gone.when === "port-normal" ? presence(view, host, { port, memory }) : "unmeasured";
}

function isSame(d: Deviation, { kind, subject, anomaly }: Question): boolean {
  if (d.kind !== kind) return false;
  if (anomaly.group === null) return d.subject === anomaly.subject && d.target === anomaly.target;
  const { from, to } = anomaly.group;
  return d.from === from && d.to === to && (subject === null ? samePort(d.port, anomaly.port) : d.subject === subject);
}

function samePort(a: PortRef | null, b: PortRef | null): boolean {
  return b === null || (a !== null && portKey(a) === portKey(b));
}

/** An unknown host that left needs no explanation any more. */
function appearance(view: CycleView, id: string, host: HostView | undefined): Standing {
  if (host !== undefined) return host.known?.reference === "known" ? "gone" : "unmeasured";
  const absent: AbsentHost | undefined = view.absent.find((a) => a.known.id === id);
  if (absent === undefined || !presenceComparable(view)) return "unmeasured";
  const settled = settleHost(absent.known, absent.answer);
  return settled.measured && settled.state === "gone" ? "gone" : "unmeasured";
}

/** Only strong evidence proves that the old machine is back. */
function identity(view: CycleView, host: HostView): Standing {
  if (!presenceComparable(view) || host.identity.replaced) return "unmeasured";
  const own = new Set(host.known?.evidence.filter((e) => e.strong).map((e) => `${e.kind}:${e.value}`));
  const back = host.identity.evidence.some((e) => own.has(`${e.kind}:${e.value}`));
  return back ? "gone" : "unmeasured";
}

/** Over once nothing of it was open for as long as closing one port takes, or it was adopted meanwhile. */
function togetherOpen(view: CycleView, { known, observation }: HostView): Standing {
  const burst = known?.burst;
  if (known === null || burst === undefined) return "gone";
  // What is open of it is normal: what was not is gone, or it would deviate.
  if ([...known.ports.values()].some((port) => port.reference === "open" && inBurst(burst, port))) return "gone";
  if (!isBurstMeasured(burst, observation) || !presenceComparable(view)) return "unmeasured";
  return burst.misses + 1 >= MISSES_AFTER_RESET ? "gone" : "unmeasured";
}

function hostField(view: CycleView, host: HostView, field: HostField): Standing {
  if (isRelearned(field, view.relearned)) return "unmeasured";
  const known = host.known?.fields.get(field);
  const now = hostFieldValues(host.observation).get(field);
  return now !== undefined && known !== undefined && isNormal(field, known, now) ? "gone" : "unmeasured";
}

function portFields(
  view: CycleView,
  host: HostView,
  at: { readonly port: PortRef; readonly memory: PortBaseline | null; readonly fields: readonly PortField[] },
): Standing {
  const listed = host.observation.ports.find((p) => portKey(p) === portKey(at.port));
  if (at.memory?.reference === "closed" && presence(view, host, at) === "gone") return "gone";
  if (listed === undefined || at.memory === null) return "unmeasured";
  const values = portFieldValues(listed);
  const normal = at.fields.filter((f) => !isRelearned(f, view.relearned) && at.memory?.fields.has(f) === true);
  const seen = normal.filter((f) => values.has(f));
  const isBack = (f: PortField) => {
    const known = at.memory?.fields.get(f);
    return known !== undefined && isNormal(f, known, values.get(f) ?? "");
  };
  return seen.length === normal.length && seen.length > 0 && seen.every(isBack) ? "gone" : "unmeasured";
}

/** Closing rests on absence, which a degraded vantage cannot see. */
function presence(
  view: CycleView,
  host: HostView,
  at: { readonly port: PortRef; readonly memory: PortBaseline | null },
): Standing {
  const settled = settlePort(at.memory, lookAt(host.observation, at.port));
  if (!settled.measured || settled.pending || !presenceComparable(view)) return "unmeasured";
  if (settled.state === "closed" && view.vantage.state === "degraded") return "unmeasured";
  return settled.state === (at.memory?.reference ?? "closed") ? "gone" : "unmeasured";
}

/** A declared finding is over once its endpoint was really measured and the finding did not return. */
function measured(view: CycleView, host: HostView, port: PortRef): Standing {
  const memory = host.known?.ports.get(portKey(port)) ?? null;
  const settled = settlePort(memory, lookAt(host.observation, port));
  const believable = settled.state === "open" || view.vantage.state === "ok";
  return settled.measured && !settled.pending && believable ? "gone" : "unmeasured";
}

function steadiness(
  view: CycleView,
  host: HostView,
  { port, memory }: { readonly port: PortRef; readonly memory: PortBaseline | null },
): Standing {
  const look = lookAt(host.observation, port);
  if (look.state === "unknown" || !presenceComparable(view) || view.vantage.state === "degraded") return "unmeasured";
  return withResult(memory, look.state === "open").flapping === true ? "present" : "gone";
}

function hostSteadiness(view: CycleView, id: string): Standing {
  const at = knownHosts(view).find(({ known }) => known.id === id);
  if (at === undefined || answered(view, at) === null) return "unmeasured";
  if (!presenceComparable(view) || view.vantage.state === "degraded") return "unmeasured";
  return answersNow(view, at)?.flapping === true ? "present" : "gone";
}
