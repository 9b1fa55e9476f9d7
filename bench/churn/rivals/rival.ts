import type { Label, World } from "../types.ts";

/** Something that a simple rule would have told an analyst about one scan. */
export interface RivalAlert {
  readonly n: number;
  readonly address: string;
  /** Null: about the host as a whole. */
  readonly port: string | null;
}

/** What a simple rule makes of the same scans. */
export interface RivalRecord {
  readonly name: string;
  readonly seed: number;
  readonly hostDays: number;
  readonly alerts: number;
  readonly wrong: number;
  readonly told: number;
  readonly labels: number;
}

export function rivalRecord(
  name: string,
  { world, hosts }: { readonly world: World; readonly hosts: number },
  alerts: readonly RivalAlert[],
): RivalRecord {
  const labels = world.labels.filter(({ benign }) => !benign);
  const told = new Set<string>();
  let wrong = 0;
  for (const alert of alerts) {
    const found = labels.filter((label) => tells(alert, label, world));
    if (found.length === 0) wrong += 1;
    for (const { id } of found) told.add(id);
  }
  const hostDays = (hosts * (world.days * world.scansPerDay - world.judgedFrom)) / world.scansPerDay;
  return { name, seed: world.seed, hostDays, alerts: alerts.length, wrong, told: told.size, labels: labels.length };
}

/** Generous: whatever it says about the host or the port on the first day is taken as told. */
function tells({ n, address, port }: RivalAlert, label: Label, { scansPerDay }: World): boolean {
  if (n < label.from || n >= label.from + scansPerDay || !label.addresses.includes(address)) return false;
  return port === null || label.ports.length === 0 || label.ports.includes(port);
}

/** One line per rule, all seeds together. */
export function rivalLines(records: readonly RivalRecord[]): readonly string[] {
  return [...Map.groupBy(records, ({ name }) => name)].map(([name, some]) => {
    const sum = (of: (one: RivalRecord) => number) => some.reduce((total, one) => total + of(one), 0);
    const per1000 = (count: number) => ((1000 * count) / sum((one) => one.hostDays)).toFixed(0);
    const [told, labels] = [sum((one) => one.told), sum((one) => one.labels)];
    const share = labels === 0 ? "–" : `${((100 * told) / labels).toFixed(0)} % (${told}/${labels})`;
    return `| ${name} | ${per1000(sum((one) => one.alerts))} | ${per1000(sum((one) => one.wrong))} | ${share} |`;
  });
}
