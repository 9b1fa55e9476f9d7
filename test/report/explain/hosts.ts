import type { HostBaseline, PortBaseline } from "../../../src/domain/baseline.ts";
import type { PortField } from "../../../src/domain/fields/port.ts";
import { parsePortKey, type PortKey } from "../../../src/domain/network.ts";
import { aged, nonNull, START } from "../../score/build.ts";

interface Shape {
  /** Open and normal. */
  readonly open: readonly PortKey[];
  /** Open since this scan, and not normal. */
  readonly fresh?: readonly PortKey[];
  readonly fields?: Readonly<Partial<Record<PortField, string>>>;
  /** False: only the ports that are open were ever looked for. */
  readonly asked?: boolean;
}

/** Host `n` after 100 days, asked about every TCP port. */
export function hostWith(n: number, { open, fresh = [], fields = {}, asked = true }: Shape, extra = {}): HostBaseline {
  const ports = [...open, ...fresh].map((key) => [key, portOf(key, { fields, normal: open.includes(key) })] as const);
  const all = { transport: "tcp", phase: "ports", ports: [[1, 65_535]], scans: 400, first: 1, last: 400 } as const;
  return aged(n, 100, { ports: new Map(ports), coverage: asked ? [all] : [], ...extra });
}

function portOf(
  key: PortKey,
  { fields, normal }: { readonly fields: Shape["fields"]; readonly normal: boolean },
): PortBaseline {
  const seen = { scan: 1, at: START };
  const known = Object.entries(fields ?? {}).map(
    ([field, value]) => [field as PortField, { value, current: value, streak: 1, observed: 9, changes: 0 }] as const,
  );
  return {
    ...nonNull(parsePortKey(key) ?? undefined),
    reference: normal ? "open" : "closed",
    current: "open",
    misses: 0,
    opened: 9,
    history: 1,
    firstSeen: seen,
    lastSeen: seen,
    fields: new Map(known),
    fingerprinted: null,
  };
}
