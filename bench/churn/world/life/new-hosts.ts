import { APPEARANCES } from "../labels/kinds.ts";
import type { Ground } from "../plan.ts";
import type { Work } from "./planned.ts";

/** Machines that somebody bought: they are work like any other, and half of them are declared. */
export function newHosts({ machines, sessions }: Ground): readonly Work[] {
  return machines.flatMap(({ truth, role, born, guest }) => {
    const from = sessions.of(truth)[0]?.from;
    return born === 0 || guest || from === undefined ? [] : [{ ...ARRIVAL, truth, role, from }];
  });
}

const ARRIVAL: Omit<Work, "truth" | "role" | "from"> = {
  kind: "new-host",
  cause: "new-host",
  ports: [],
  tells: APPEARANCES,
  right: { field: "presence", from: null, to: "up" },
  change: null,
};
