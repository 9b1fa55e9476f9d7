import { z } from "zod";
import type { JsonObject, SetupRefusal } from "../../domain/ports/setup.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { HttpAnswer, HttpRequest } from "../http.ts";
import { askInSpace, type KibanaCall } from "../kibana/ask.ts";
import { parsed, refusalOf, unreachable } from "../kibana/refusal.ts";

interface Ask extends HttpRequest {
  /** Completes "the right to". */
  readonly did: string;
}

/** In the space; 404 is an answer, everything else but success a refusal. */
export async function askDetection(call: KibanaCall, { did, ...wish }: Ask): Promise<Result<HttpAnswer, SetupRefusal>> {
  const { space, url } = call.settings;
  const answer = await askInSpace(call, wish);
  if (!answer.ok) return err(unreachable(url, answer.error));
  const { status } = answer.value;
  if (status === 200) return answer;
  if (status === 404) return isMissing(answer.value) ? answer : err(NO_ENGINE);
  const refusal = refusalOf(answer.value, { did, space });
  return err(status === 403 ? { ...refusal, fix: rightsFix(space) } : refusal);
}

const missing = z.object({ status_code: z.literal(404) });

/** The detection engine says in its own words that a thing is not there; for a path that it has not, Kibana does. */
function isMissing({ text }: HttpAnswer): boolean {
  return missing.safeParse(parsed(text)).success;
}

const NO_ENGINE: SetupRefusal = {
  reason: "product",
  text: "this Kibana has no detection engine",
  fix: "Use a Kibana with Elastic Security, or take the files of --to-dir for Sigma, ElastAlert2 and Prometheus.",
};

function rightsFix(space: string): string {
  return `Give their role the Kibana privilege "Security: All" in space ${space}, then run this again.`;
}

/** The body of an answer; null: there is no such thing. */
export function objectIn(answer: HttpAnswer, did: string): Result<JsonObject | null, SetupRefusal> {
  if (answer.status === 404) return ok(null);
  const body = z.record(z.string(), z.json()).safeParse(parsed(answer.text));
  return body.success
    ? ok(body.data as JsonObject)
    : err({ reason: "product", text: `the answer to the request to ${did} is none of Kibana's`, fix: null });
}
