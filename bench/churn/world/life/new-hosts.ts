import { APPEARANCES } from "../labels/kinds.ts";
import type { Ground } from "../plan.ts";
import type { Work } from "./planned.ts";

/** Machines that somebody bought: they are work like any other, and half of them are declared. */
export function newHosts({ machines, sessions }: Ground): readonly Work[] {
  return machines.flatMap(({ truth, role, born, guest }) => {
    const from = sessions.of(truth)[0]?.from;
    if (born === 0 || guest || from === undefined) return [];
    return [
      {
        ...{ kind: "new-host", cause: "new-host" as const, truth, role, from, ports: [] },
        ...{ tells: APPEARANCES, right: { field: "presence", from: null, to: "up" }, change: null },
      },
    ];
  });
}
