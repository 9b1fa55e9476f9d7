import { asPlanned, wantedScan } from "../labels/labels.ts";
import type { LabelKind } from "../labels/kinds.ts";
import { place, type Stage } from "../labels/place.ts";
import { portKey } from "../machine.ts";
import type { Planned } from "../plan.ts";
import { tcp } from "../ports.ts";
import { portList } from "./port-list.ts";

/** One machine that from some day on accepts a connection on every port. */
export function tarpit(stage: Stage, asked: string): Planned {
  const open = portList(asked).map((number) => tcp(number, null));
  const kind: LabelKind = {
    kind: "tarpit",
    roles: ["server"],
    tells: ["all-ports-open", "ports-opened"],
    ends: 0,
    alter: () => ({
      ports: [],
      right: { field: null, from: null, to: null },
      edit: ({ ports }) => open.forEach((port) => ports.has(portKey(port)) || ports.set(portKey(port), port)),
      undo: () => undefined,
    }),
  };
  const placed = place(stage, kind, { id: "tarpit", wanted: wantedScan(stage, "tarpit") });
  return asPlanned(placed === null ? [] : [placed]);
}
