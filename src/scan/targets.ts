import type { TargetPlan, TargetRefusal } from "../domain/target-plan.ts";
import { err, ok, type Result } from "../lib/result.ts";
import { hasIpv6 } from "./nmap/own-addresses.ts";
import { narrowTargets } from "./plan/narrow.ts";
import { namesIn, planTargets } from "./plan/targets.ts";
import { type AskName, askSystem, resolveNames } from "./resolve-names.ts";

export interface WantedTargets {
  readonly targets: readonly string[];
  readonly exclude: readonly string[];
  /** A part of them; absent: all. */
  readonly only?: readonly string[] | undefined;
  /** Absent: as every program of this machine resolves. */
  readonly ask?: AskName | undefined;
}

export interface RefusedTargets {
  /** `scope`: the targets themselves. `narrowing`: the part that was asked for is outside of them. */
  readonly kind: "scope" | "narrowing";
  readonly refusals: readonly TargetRefusal[];
}

/** Configured targets as addresses, for one cycle: names are resolved once and checked against the scope. */
export async function pinTargets(wanted: WantedTargets): Promise<Result<TargetPlan, RefusedTargets>> {
  const { targets, exclude, only, ask = askSystem } = wanted;
  const answers = await resolveNames(namesIn([...targets, ...exclude]), ask);
  const resolve = (name: string) => answers.get(name) ?? null;
  const planned = planTargets({ targets, exclude, resolve, ipv6: hasIpv6() });
  if (!planned.ok) return err({ kind: "scope", refusals: planned.error });
  if (only === undefined) return ok(planned.value);
  const narrowed = narrowTargets(planned.value, only);
  return narrowed.ok ? narrowed : err({ kind: "narrowing", refusals: narrowed.error });
}
