import { type Ground, happening, NOTHING, type Planned } from "../plan.ts";

/** Visitors who come once: nothing changes on them, they are what is new. */
export function visits(ground: Ground): Planned {
  const happenings = ground.machines
    .filter(({ guest, role }) => guest && role === "phone")
    .map(({ truth, born, gone }) => happening(ground, { cause: "guest", truth, ports: [], from: born, until: gone }));
  return { ...NOTHING, happenings };
}
