import type { Anomaly } from "../domain/anomaly.ts";
import type { TechniqueId } from "../domain/attack.ts";
import type { ExposureClass } from "../domain/facts.ts";
import { CATALOGUE } from "../domain/kinds/catalogue.ts";
import type { EventCells } from "../domain/kinds/row.ts";

export const RULESET = "tripline-detect";
/** Version of detectors that have none of their own: health and audit. */
export const RULE_VERSION = "1.0.0";

/** A class of service that just appeared says more than the port does. */
const ATTACK_BY_CLASS: ReadonlyMap<ExposureClass, readonly TechniqueId[]> = new Map([
  ["remote-admin", ["T1021", "T1133"]],
  ["proxy-tunnel", ["T1090.001"]],
  ["remote-access-tool", ["T1219"]],
]);

/** A rollout stands for its members: their category, and `change` where ECS knows that type for it. */
export function eventCells(anomaly: Pick<Anomaly, "kind" | "group">): EventCells {
  const own = CATALOGUE[anomaly.kind].event;
  if (anomaly.group === null) return own;
  const member = CATALOGUE[anomaly.group.kind].event;
  const knowsChange = member.category.some((c) => c === "host" || c === "configuration");
  const { category, attack, attackByService } = member;
  return { ...own, category, attack, attackByService, type: knowsChange ? "change" : "info" };
}

/** ATT&CK candidates, at most eight, each once. */
export function attackCandidates(anomaly: Pick<Anomaly, "kind" | "group" | "score">): readonly TechniqueId[] {
  const { attack, attackByService } = eventCells(anomaly);
  const { exposure } = anomaly.score;
  const byClass = exposure !== null && attackByService ? (ATTACK_BY_CLASS.get(exposure) ?? []) : [];
  return [...new Set([...attack, ...byClass])].slice(0, 8);
}
