import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { bareUrl, urlLogin } from "../../../config/url-secrets.ts";
import { secretText } from "../../../config/values.ts";
import type { OutputContext } from "../../definition.ts";
import type { ElasticsearchSettings } from "./client.ts";

export const options = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .meta({ title: "URL" })
    .describe("address of the cluster"),
  api_key: secretText.optional().describe("API key, as `${file:PATH}` or `${env:NAME}`"),
  username: z.string().optional().describe("instead of an API key, with `password`"),
  password: secretText.optional().describe("as `${file:PATH}` or `${env:NAME}`"),
  ca_file: z.string().meta({ title: "path" }).optional().describe("certificate of a private authority, PEM"),
  insecure_skip_verify: z.boolean().default(false).describe("do not check certificates; every health event says so"),
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
