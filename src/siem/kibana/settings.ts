import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { LoadedConfig } from "../../config/load.ts";
import { bareUrl, urlLogin } from "../../config/url-secrets.ts";
import type { ServiceSettings } from "../http.ts";

export interface KibanaSettings extends ServiceSettings {
  readonly space: string;
}

/** Null: no Kibana is configured. That the certificate can be read was checked with the configuration. */
export function kibanaSettings({ config, directory, secrets }: LoadedConfig): KibanaSettings | null {
  const written = config.kibana;
  if (written === undefined) return null;
  const { url, space, username, ca_file: ca, insecure_skip_verify: insecureSkipVerify } = written;
  const [apiKey, password] = ["api_key", "password"].map((key) => secrets.get(`kibana.${key}`)?.reveal());
  const basic = username === undefined || password === undefined ? null : { username, password };
  return {
    url: bareUrl(url),
    space,
    auth: apiKey === undefined ? (urlLogin(url) ?? basic) : { apiKey },
    ca: ca === undefined ? null : readFileSync(resolve(directory, ca), "utf8"),
    insecureSkipVerify,
  };
}
