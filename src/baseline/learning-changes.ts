import type { FieldBaseline, HostBaseline } from "../domain/baseline.ts";
import type { CycleView, HostView } from "../domain/cycle.ts";
import type { HostField } from "../domain/fields/host.ts";
import { isNormal } from "../domain/fields/normal.ts";
import type { PortField } from "../domain/fields/port.ts";
import { isLearning } from "./may-learn.ts";

/** How many known things changed while they were still being learned. The first scan changes nothing. */
export function learningChangesOf(view: CycleView, changed: ReadonlyMap<string, HostBaseline>): number {
  if (view.baseline.scans === 0) return 0;
  return view.hosts.reduce((sum, host) => sum + hostChanges(view, host, changed.get(host.id)), 0);
}

function hostChanges(view: CycleView, host: HostView, after: HostBaseline | undefined): number {
  const before = host.known;
  if (after === undefined) return 0;
  if (before === null) return after.reference === "known" ? 1 : 0;
  if (!isLearning(view, host)) return 0;
  return changedValues(before.fields, after.fields) + changedPorts(before, after);
}

function changedPorts(before: HostBaseline, after: HostBaseline): number {
  let changes = 0;
  for (const [key, port] of after.ports) {
    const was = before.ports.get(key);
    changes += (was?.reference ?? "closed") === port.reference ? 0 : 1;
    if (was !== undefined) changes += changedValues(was.fields, port.fields);
  }
  return changes;
}

function changedValues<K extends PortField | HostField>(
  before: ReadonlyMap<K, FieldBaseline>,
  after: ReadonlyMap<K, FieldBaseline>,
): number {
  return [...after].filter(([field, { value }]) => {
    const was = before.get(field);
    return was !== undefined && was.value !== value && !isNormal(field, was, value);
  }).length;
}
