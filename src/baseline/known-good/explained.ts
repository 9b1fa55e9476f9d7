import type { AcceptUndo } from "../../domain/accept-undo.ts";
import type { Anomaly } from "../../domain/anomaly.ts";
import type { FieldBaseline, HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import { acceptedOn } from "../accept.ts";
import { evidenceKey, referenceEvidence } from "../identity/evidence.ts";
import { acceptedHost } from "../undo-accept.ts";

/**
 * Whether what an anomaly reports is normal after an import and was not before: nothing is left of it that could be
 * accepted, on any of its hosts. With what taking this back needs; null: it is as open as before.
 */
export function explainedBy(
  anomaly: Anomaly,
  { before, after, at }: { readonly before: SegmentBaseline; readonly after: SegmentBaseline; readonly at: number },
): AcceptUndo | null {
  const open = acceptedOn(before, anomaly);
  const left = acceptedOn(after, anomaly);
  if (open.every(isSettled) || !left.every(isSettled)) return null;
  const hosts = open.flatMap(({ before: host, after: accepted }) => {
    const imported = host === null ? undefined : after.hosts.get(host.id);
    if (host === null || accepted === null || imported === undefined) return [];
    return [acceptedHost(host, shareOf({ host, accepted, imported }))];
  });
  return { anomalyId: anomaly.id, segment: anomaly.segment, at, hosts };
}

function isSettled({ before, after }: ReturnType<typeof acceptedOn>[number]): boolean {
  return before !== null && after !== null && references(before) === references(after);
}

/** Everything that an accept moves, as one text. */
function references({ reference, burst, fields, ports }: HostBaseline): string {
  const normal = (all: ReadonlyMap<string, FieldBaseline>) =>
    [...all].map(([name, { value, values }]) => [name, value, values?.map((one) => one.value)]);
  const burstOpen = burst === undefined ? null : [...burst.open];
  const portTexts = [...ports].map(([key, port]) => [key, port.reference, normal(port.fields)]);
  return JSON.stringify([reference, burstOpen, normal(fields), portTexts]);
}

/** Of an import only what an accept of this anomaly would have moved. */
function shareOf(of: {
  readonly host: HostBaseline;
  readonly accepted: HostBaseline;
  readonly imported: HostBaseline;
}): HostBaseline {
  const { host, accepted, imported } = of;
  const may = new Set([...host.evidence, ...referenceEvidence(accepted)].map(evidenceKey));
  return {
    ...host,
    reference: accepted.reference === host.reference ? host.reference : imported.reference,
    evidence: imported.evidence.filter((one) => may.has(evidenceKey(one))),
    fields: moved(host.fields, accepted.fields, imported.fields),
    ports: moved(host.ports, accepted.ports, imported.ports),
  };
}

function moved<K, V>(
  before: ReadonlyMap<K, V>,
  accepted: ReadonlyMap<K, V>,
  imported: ReadonlyMap<K, V>,
): ReadonlyMap<K, V> {
  const share = [...before].flatMap(([key, value]) => {
    const now = accepted.get(key) === value ? value : imported.get(key);
    return now === undefined ? [] : [[key, now] as const];
  });
  return new Map(share);
}
