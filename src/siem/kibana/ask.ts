import { askService, type HttpAnswer, type HttpRequest } from "../http.ts";
import type { Result } from "../../lib/result.ts";
import type { KibanaSettings } from "./settings.ts";

/** Kibana takes a change only with this header, which no form of a browser can send. */
const XSRF = { "kbn-xsrf": "tripline" };

export interface KibanaCall {
  readonly settings: KibanaSettings;
  readonly signal: AbortSignal;
}

/** Outside of any space. The error is one line: why there is no answer. */
export function askKibana({ settings, signal }: KibanaCall, wish: HttpRequest): Promise<Result<HttpAnswer, string>> {
  return askService(settings, { ...wish, headers: XSRF }, signal);
}

/** The same in the space of the settings; the default one has no prefix. */
export function askInSpace(call: KibanaCall, wish: HttpRequest): Promise<Result<HttpAnswer, string>> {
  const { space } = call.settings;
  const prefix = space === "default" ? "" : `/s/${encodeURIComponent(space)}`;
  return askKibana(call, { ...wish, path: `${prefix}${wish.path}` as `/${string}` });
}
