import { z } from "zod";
import { didYouMean } from "../../config/suggest.ts";
import type { SetupRefusal } from "../../domain/ports/setup.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { HttpAnswer } from "../http.ts";
import { askKibana, type KibanaCall } from "./ask.ts";
import { parsed, refusalOf, unreachable } from "./refusal.ts";
import type { KibanaSettings } from "./settings.ts";

/** The oldest version whose saved objects ours can be. */
const OLDEST = [8, 19] as const;

const status = z.object({ version: z.object({ number: z.string() }) });

/** The version of the Kibana that answers, after making sure that it is one and has the space. */
export async function identifyKibana(call: KibanaCall): Promise<Result<string, SetupRefusal>> {
  const { settings } = call;
  const asked = await askKibana(call, { method: "GET", path: "/api/status" });
  if (!asked.ok) return err(unreachable(settings.url, asked.error));
  const version = versionIn(asked.value, settings);
  if (!version.ok) return version;
  const missing = await missingSpace(call);
  return missing === null ? version : err(missing);
}

function versionIn(answer: HttpAnswer, { url, space }: KibanaSettings): Result<string, SetupRefusal> {
  const other = otherProduct(answer);
  if (other !== null) return err({ reason: "product", text: `${url} is ${other}, no Kibana`, fix: OTHER });
  const read = status.safeParse(parsed(answer.text));
  // A Kibana that has not started says so with 503, and gives its version all the same.
  if (!read.success || answer.status !== 200) {
    if (answer.status === 200 && isKibana(answer)) return err(HIDDEN);
    if (answer.status < 300 || answer.status === 404)
      return err({ reason: "product", text: noKibana(url, answer), fix: OTHER });
    return err(refusalOf(answer, { did: "see its status", space }));
  }
  const { number } = read.data.version;
  const [major = 0, minor = 0] = number.split(".").map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return isOld ? err(tooOld(number)) : ok(number);
}

/** Products that answer at addresses that are easily taken for one another. */
function otherProduct({ headers, text }: HttpAnswer): string | null {
  if ("x-elastic-product" in headers) return "Elasticsearch itself";
  if ("osd-name" in headers || /opensearch.dashboards/i.test(text.slice(0, 10_000))) return "OpenSearch Dashboards";
  return null;
}

function isKibana({ headers }: HttpAnswer): boolean {
  return "kbn-name" in headers;
}

function noKibana(url: string, { status: code }: HttpAnswer): string {
  return `something that is no Kibana answers at ${url} (HTTP ${code})`;
}

const OTHER = "Correct kibana.url; by itself, Kibana listens on port 5601, and may have a base path.";

const HIDDEN: SetupRefusal = {
  reason: "rights",
  text: "Kibana does not tell its version to these credentials",
  fix: "Check kibana.api_key, or kibana.username and kibana.password.",
};

function tooOld(version: string): SetupRefusal {
  const text = `Kibana ${version} is too old, ${OLDEST.join(".")} or newer is needed`;
  return { reason: "version", text, fix: "Upgrade Kibana." };
}

const spaces = z.array(z.object({ id: z.string() }));

/** Kibana would take objects for a space that does not exist, where nobody would ever see them. */
async function missingSpace(call: KibanaCall): Promise<SetupRefusal | null> {
  const { space, url } = call.settings;
  const ask = (path: `/${string}`) => askKibana(call, { method: "GET", path });
  const found = await ask(`/api/spaces/space/${encodeURIComponent(space)}`);
  if (!found.ok) return unreachable(url, found.error);
  if (found.value.status === 200) return null;
  if (found.value.status !== 404) return refusalOf(found.value, { did: "see whether the space exists", space });
  const all = await ask("/api/spaces/space");
  const known = all.ok ? spaces.safeParse(parsed(all.value.text)) : null;
  return noSuchSpace(space, known?.success === true ? known.data.map(({ id }) => id) : []);
}

function noSuchSpace(space: string, known: readonly string[]): SetupRefusal {
  const near = didYouMean(space, known);
  const there = known.length === 0 ? "" : `; there are ${known.join(", ")}`;
  const fix =
    near === null ? "Create the space in Kibana, or name another one with --space." : `Did you mean --space ${near}?`;
  return { reason: "refused", text: `the space ${space} does not exist${there}`, fix };
}
