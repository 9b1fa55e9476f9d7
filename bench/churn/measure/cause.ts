import type { Happening, World } from "../types.ts";
import type { Subject } from "./subject.ts";

/** What in the world stands behind an alert that no label explains; `noise` when nothing happened there. */
export type Origin = Happening["cause"] | "noise";

/** Changes that are true, and that somebody could have announced. */
export const COULD_BE_ANNOUNCED: ReadonlySet<Origin> = new Set(["planned-port", "removed-port", "new-host"]);

/** Looks up the happenings of a world by address. */
export function createTracer(world: World): (subject: Subject, n: number) => Happening | null {
  const byAddress = Map.groupBy(world.happenings, ({ address }) => address);
  const slack = 2 * world.scansPerDay;
  return (subject, n) => {
    const near = subject.addresses
      .flatMap((address) => byAddress.get(address) ?? [])
      .filter(({ from, until }) => from <= n && n <= (until ?? world.days * world.scansPerDay) + slack);
    const exact = near.filter(({ ports }) => subject.port !== null && ports.includes(subject.port));
    return latest(exact.length > 0 ? exact : near);
  };
}

function latest(happenings: readonly Happening[]): Happening | null {
  return happenings.reduce<Happening | null>((best, one) => (best === null || one.from > best.from ? one : best), null);
}
