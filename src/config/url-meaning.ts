import type { YamlPath } from "../lib/yaml.ts";
import type { Config } from "./schema.ts";
import { urlSecrets } from "./url-secrets.ts";

interface UrlWarning {
  readonly level: "warning";
  readonly path: YamlPath;
  readonly message: string;
  readonly hint: string;
}

/** A secret in a URL works and is hidden, but it stands in the file, and nobody expects one there. */
export function urlWarnings({ outputs, public_url: page }: Config): UrlWarning[] {
  const url = outputs.elasticsearch?.url;
  const found: UrlWarning[] = [];
  if (url !== undefined && urlSecrets(url).length > 0) found.push(elasticsearch(url));
  if (page !== undefined && urlSecrets(page).length > 0) {
    const message = "a secret stands in the URL; it is not shown, and not part of event.url";
    found.push({ level: "warning", path: ["public_url"], message, hint: "leave it out" });
  }
  return found;
}

function elasticsearch(text: string): UrlWarning {
  const { username, password } = new URL(text);
  const isLogin = username !== "" && password !== "";
  const message = `a secret stands in the URL${isLogin ? "" : ", where it is not sent"}`;
  const hint = `use ${isLogin ? "username and password" : "api_key"} with \${file:PATH}`;
  return { level: "warning", path: ["outputs", "elasticsearch", "url"], message, hint };
}
