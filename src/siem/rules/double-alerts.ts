import type { SetupRefusal } from "../../domain/ports/setup.ts";
import { ok, type Result } from "../../lib/result.ts";
import type { KibanaCall } from "../kibana/ask.ts";
import { askDetection, objectIn } from "./ask.ts";

/** Of the rule "External Alerts" that Elastic Security ships. */
const EXTERNAL_ALERTS = "eb079c62-4481-4d6e-9643-3ca499df7aaa";
const OURS = 'alert.attributes.enabled: true AND alert.attributes.tags: "Tripline"';

/** The stock rule and ours together tell everything twice. */
export async function doubleAlerts(call: KibanaCall): Promise<Result<readonly string[], SetupRefusal>> {
  const stock = await numberIn(call, `?rule_id=${EXTERNAL_ALERTS}`, (rule) => (rule["enabled"] === true ? 1 : 0));
  if (!stock.ok || stock.value === 0) return stock.ok ? ok([]) : stock;
  const query = `/_find?per_page=1&filter=${encodeURIComponent(OURS)}`;
  const ours = await numberIn(call, query, ({ total }) => (typeof total === "number" ? total : 0));
  if (!ours.ok || ours.value === 0) return ours.ok ? ok([]) : ours;
  return ok([
    `"External Alerts" is on, and so are ${ours.value} rules of this pack: alerts come twice. Switch one of them off, or add to ` +
      "External Alerts the exception event.module: tripline.",
  ]);
}

async function numberIn(
  call: KibanaCall,
  query: string,
  count: (body: Readonly<Record<string, unknown>>) => number,
): Promise<Result<number, SetupRefusal>> {
  const did = "see whether the stock rule is on";
  const answer = await askDetection(call, { method: "GET", path: `/api/detection_engine/rules${query}`, did });
  if (!answer.ok) return answer;
  const body = objectIn(answer.value, did);
  if (!body.ok) return body;
  return ok(body.value === null ? 0 : count(body.value));
}
