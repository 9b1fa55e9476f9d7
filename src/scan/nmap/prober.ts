import type { NmapRun } from "../../domain/nmap-run.ts";
import type { Prober } from "../../domain/ports/prober.ts";
import type { Scanner } from "../../domain/ports/scanner.ts";
import { planVerify, type VerifyInput } from "../plan/verify.ts";

export type ProberOptions = Omit<VerifyInput, "requests"> & { readonly scanner: Scanner };

/**
 * Verification with a real nmap, for one shard of one cycle. Run numbers go on from `firstN` over all calls. A failed
 * run is an answer too: its verdict says that nothing was proved.
 */
export function createProber(options: ProberOptions): Prober {
  let nextN = options.firstN;
  return {
    async probe(requests, signal) {
      const plans = planVerify({ ...options, requests, firstN: nextN });
      nextN += plans.length;
      const runs: NmapRun[] = [];
      for (const plan of plans) runs.push(await options.scanner.run(plan, { signal }));
      return { kind: "probed", runs };
    },
  };
}
