import type { Config } from "../config/schema.ts";
import { err, ok, type Result } from "../lib/result.ts";
import { hasIpv6 } from "../scan/nmap/own-addresses.ts";
import { narrowTargets } from "../scan/plan/narrow.ts";
import { namesIn, planTargets, type TargetPlan, type TargetRefusal } from "../scan/plan/targets.ts";
import type { OperationFailure } from "./failure.ts";
import { type AskName, resolveNames } from "./resolve-names.ts";

/** Configured targets as addresses, for one cycle: names are resolved once and checked against the scope. */
export async function pinTargets(
  { targets, exclude }: Pick<Config, "targets" | "exclude">,
  ask: AskName,
  only?: readonly string[],
): Promise<Result<TargetPlan, OperationFailure>> {
  const answers = await resolveNames(namesIn([...targets, ...exclude]), ask);
  const resolve = (name: string) => answers.get(name) ?? null;
  const planned = planTargets({ targets, exclude, resolve, ipv6: hasIpv6() });
  if (!planned.ok) return err(wrongScope(planned.error));
  if (only === undefined) return ok(planned.value);
  const narrowed = narrowTargets(planned.value, only);
  return narrowed.ok ? narrowed : err(outsideScope(narrowed.error));
}

function wrongScope(refusals: readonly TargetRefusal[]): OperationFailure {
  return {
    code: "TL121",
    exit: 78,
    what: sentence(refusals),
    effect: "Nothing was scanned.",
    fix: "Correct targets and exclude in the configuration; an excluded name must resolve, or nobody knows whom to spare.",
  };
}

function outsideScope(refusals: readonly TargetRefusal[]): OperationFailure {
  return {
    code: "TL122",
    exit: 2,
    what: `--target ${sentence(refusals)}`,
    effect: "Nothing was scanned: --target narrows the configured scope and never widens it.",
    fix: "Name addresses inside targets and outside exclude, or change the configuration.",
  };
}

function sentence(refusals: readonly TargetRefusal[]): string {
  return refusals.map((refusal) => `${refusal.text}: ${refusal.reason}`).join("; ");
}
