import type { WorldService } from "../types.ts";
import { random } from "./random.ts";
import { type LineName, secureVersionsOf, versionsOf } from "./software.ts";

/** Which version of a product a machine of this world has: most share one, some lag behind by one. */
export interface Fleet {
  readonly seed: number;
  readonly service: (line: LineName, machine: string) => WorldService;
  readonly secure: (line: LineName, machine: string) => WorldService;
}

const LAGGING = 0.2;

export function fleet(seed: number): Fleet {
  const choose = (versions: readonly WorldService[], line: LineName, machine: string): WorldService => {
    // Room below for a downgrade and above for the updates of a month.
    const common = Math.min(versions.length - 1, 2 + random(seed, "fleet", line).below(2));
    const lag = random(seed, "fleet", line, machine).chance(LAGGING) ? 1 : 0;
    const found = versions[Math.max(0, common - lag)];
    if (found === undefined) throw new Error(`${line} has no version`);
    return found;
  };
  return {
    seed,
    service: (line, machine) => choose(versionsOf(line), line, machine),
    secure: (line, machine) => choose(secureVersionsOf(line), line, machine),
  };
}
