import type { AcceptedHost } from "../domain/accept-undo.ts";
import type { FieldBaseline, HostBaseline, PortBaseline } from "../domain/baseline.ts";
import type { PortKey } from "../domain/network.ts";
import { evidenceKey, inOrder } from "./identity/evidence.ts";

/** What an accept changed on a host, without what it left alone. */
export function acceptedHost(before: HostBaseline, after: HostBaseline): AcceptedHost {
  const fields = changedKeys(before.fields, after.fields);
  const ports = changedKeys(before.ports, after.ports);
  const trimmed = (host: HostBaseline): HostBaseline => ({
    ...host,
    coverage: [],
    fields: new Map([...host.fields].filter(([name]) => fields.has(name))),
    ports: new Map([...host.ports].filter(([key]) => ports.has(key))),
  });
  return { before: trimmed(before), after: trimmed(after) };
}

/**
 * The host as if the accept had never been: the references that it moved go back, counts and everything learned elsewhere stay
 * as they are now. Null: one of the references was changed again since, so the accept no longer owns it.
 */
export function undoAccept(now: HostBaseline, { before, after }: AcceptedHost): HostBaseline | null {
  const fields = undoEach(now.fields, { before: before.fields, after: after.fields, undo: undoField });
  const ports = undoEach(now.ports, { before: before.ports, after: after.ports, undo: undoPort });
  const moved = before.reference !== after.reference;
  const burst = text(before.burst) !== text(after.burst);
  if (fields === null || ports === null) return null;
  if ((moved && now.reference !== after.reference) || (burst && text(now.burst) !== text(after.burst))) return null;
  const { burst: presentBurst, churn: _, ...rest } = now;
  const kept = burst ? before.burst : presentBurst;
  return {
    ...rest,
    reference: moved ? before.reference : now.reference,
    fields,
    ports: new Map([...ports].toSorted(inOldOrder([...before.ports.keys()], [...now.ports.keys()]))),
    evidence: undoEvidence(now, before, after),
    ...(kept === undefined ? {} : { burst: kept }),
    ...undoChurn(now, before, after),
  };
}

interface Undone<K, V> {
  readonly before: ReadonlyMap<K, V>;
  readonly after: ReadonlyMap<K, V>;
  readonly undo: (now: V, before: V, after: V) => V | null;
}

function undoEach<K, V>(now: ReadonlyMap<K, V>, { before, after, undo }: Undone<K, V>): ReadonlyMap<K, V> | null {
  const result = new Map(now);
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, made, is] = [before.get(key), after.get(key), now.get(key)];
    if ((made === undefined) !== (is === undefined)) return null;
    const back = was === undefined || made === undefined || is === undefined ? was : undo(is, was, made);
    if (back === null) return null;
    if (back === undefined) result.delete(key);
    else result.set(key, back);
  }
  return result;
}

function undoPort(now: PortBaseline, before: PortBaseline, after: PortBaseline): PortBaseline | null {
  const moved = before.reference !== after.reference;
  if (moved && now.reference !== after.reference) return null;
  const fields = changedKeys(before.fields, after.fields);
  const only = (port: PortBaseline) => new Map([...port.fields].filter(([name]) => fields.has(name)));
  const undone = undoEach(now.fields, { before: only(before), after: only(after), undo: undoField });
  if (undone === null) return null;
  const alert = moved && before.alerted === true ? ({ alerted: true } as const) : {};
  return { ...now, ...alert, reference: moved ? before.reference : now.reference, fields: undone };
}

function undoField(now: FieldBaseline, before: FieldBaseline, after: FieldBaseline): FieldBaseline | null {
  if (text(normals(now)) !== text(normals(after))) return null;
  const { value, values, former, since } = before;
  const { values: _, former: __, since: ___, ...counts } = now;
  const isNormal = normals(before).includes(now.current);
  const started = now.current === before.current ? since : (now.since ?? since);
  return {
    ...counts,
    value,
    ...(values === undefined ? {} : { values }),
    ...(former === undefined ? {} : { former }),
    ...(isNormal || started === undefined ? {} : { since: started }),
  };
}

function normals({ value, values }: FieldBaseline): readonly string[] {
  return (values?.map((one) => one.value) ?? [value]).toSorted();
}

function undoEvidence(now: HostBaseline, before: HostBaseline, after: HostBaseline): HostBaseline["evidence"] {
  const had = new Set(before.evidence.map(evidenceKey));
  const made = new Set(after.evidence.map(evidenceKey));
  if (had.symmetricDifference(made).size === 0) return now.evidence;
  const kept = now.evidence.filter((one) => had.has(evidenceKey(one)) || !made.has(evidenceKey(one)));
  const present = new Set(kept.map(evidenceKey));
  return inOrder([...kept, ...before.evidence.filter((one) => !present.has(evidenceKey(one)))]);
}

/** What the accept counted as a change that was settled; what was counted since stays. */
function undoChurn(now: HostBaseline, before: HostBaseline, after: HostBaseline): Pick<HostBaseline, "churn"> {
  const churn = new Map(now.churn);
  for (const name of new Set([...(before.churn?.keys() ?? []), ...(after.churn?.keys() ?? [])])) {
    const was = before.churn?.get(name);
    if (text(was) === text(after.churn?.get(name)) || text(churn.get(name)) !== text(after.churn?.get(name))) continue;
    if (was === undefined) churn.delete(name);
    else churn.set(name, was);
  }
  return now.churn === undefined || (churn.size === 0 && before.churn === undefined) ? {} : { churn };
}

function changedKeys<K, V>(before: ReadonlyMap<K, V>, after: ReadonlyMap<K, V>): ReadonlySet<K> {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return new Set(keys.filter((key) => text(before.get(key)) !== text(after.get(key))));
}

/** Ports that come back are where they were. */
function inOldOrder(old: readonly PortKey[], now: readonly PortKey[]) {
  const place = (key: PortKey) => (now.includes(key) ? now.indexOf(key) : now.length + old.indexOf(key));
  return ([a]: [PortKey, PortBaseline], [b]: [PortKey, PortBaseline]) => place(a) - place(b);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (one instanceof Map ? [...one] : one)) ?? "";
}
