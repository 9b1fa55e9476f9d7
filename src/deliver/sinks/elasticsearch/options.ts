import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { bareUrl, urlLogin } from "../../../config/url-secrets.ts";
import type { Limits } from "../../../config/limits.ts";
import { duration, secretText } from "../../../config/values.ts";
import { EVENT_FAMILIES, type EventFamily } from "../../../domain/event.ts";
import type { OutputContext } from "../../definition.ts";
import type { AssetWishes } from "./assets/fit.ts";
import type { ElasticsearchSettings } from "./client.ts";

/** Less than a day is less than the questions that rules ask; Elasticsearch knows no end above. */
const RETENTION: Limits = {
  least: "1d",
  most: "36600d",
  below: "rules that look back a day would miss events",
  above: "it no longer limits anything; leave a server without retention by a policy of your own",
  example: "365d",
};

const KEPT: Readonly<Record<EventFamily, string>> = { anomaly: "365d", scan: "90d", observation: "90d", audit: "400d" };

function kept(family: EventFamily) {
  return duration(RETENTION).optional().describe(`of ${family} events; by default, ${KEPT[family]}`);
}

type Retention = Readonly<Record<EventFamily, ReturnType<typeof kept>>>;

export const options = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .meta({ title: "URL" })
    .describe("address of the cluster"),
  api_key: secretText.optional().describe("API key, as `${file:PATH}` or `${env:NAME}`"),
  username: z.string().optional().describe("instead of an API key, with `password`"),
  password: secretText.optional().describe("as `${file:PATH}` or `${env:NAME}`"),
  ca_file: z.string().meta({ title: "path" }).optional().describe("certificate of a private authority, PEM"),
  retention: z
    .strictObject(Object.fromEntries(EVENT_FAMILIES.map((family) => [family, kept(family)])) as Retention)
    .optional()
    .describe("how long the server keeps events; `tripline setup elasticsearch` installs it"),
  ilm_policy: z
    .string()
    .min(1)
    .optional()
    .describe("name of a lifecycle policy of yours, instead of `retention`; with `tripline setup elasticsearch`"),
  insecure_skip_verify: z.boolean().default(false).describe("do not check certificates"),
});

export type ElasticsearchOptions = z.output<typeof options>;

/** Address, credentials and certificate as the client wants them. */
export function settingsOf(
  written: ElasticsearchOptions,
  { directory, secret }: Pick<OutputContext, "directory" | "secret">,
): ElasticsearchSettings {
  const { url, username, ca_file: ca, insecure_skip_verify: insecureSkipVerify } = written;
  const [apiKey, password] = [secret("api_key"), secret("password")];
  const basic = username === undefined || password === undefined ? null : { username, password };
  return {
    // The client would take the login out of the URL by itself, but it would also tell the URL to whoever asks.
    url: bareUrl(url),
    auth: apiKey === undefined ? (urlLogin(url) ?? basic) : { apiKey },
    ca: ca === undefined ? null : readFileSync(resolve(directory, ca), "utf8"),
    insecureSkipVerify,
  };
}

/** What the operator wants of the assets. */
export function wishesOf({ retention, ilm_policy: ilmPolicy }: ElasticsearchOptions): AssetWishes {
  return { retention: retention ?? {}, ilmPolicy: ilmPolicy ?? null };
}
