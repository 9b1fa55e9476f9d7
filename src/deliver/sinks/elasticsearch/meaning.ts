import { resolve } from "node:path";
import type { OutputPlace } from "../../../config/output-kind.ts";
import { openText, readOwnFile } from "../../../config/own-file.ts";
import type { Finding } from "../../../config/problems.ts";
import { urlSecrets } from "../../../config/url-secrets.ts";
import type { ElasticsearchOptions } from "./options.ts";

/** What is well-formed and yet unsafe, or cannot work. */
export function meaning(written: ElasticsearchOptions, at: OutputPlace): readonly Finding[] {
  return [
    ...plainHttp(written),
    ...secretInUrl(written),
    ...uncheckedCertificates(written),
    ...certificateFile(written, at),
  ];
}

function plainHttp({ url }: ElasticsearchOptions): readonly Finding[] {
  const isLocal = /^(127\.|localhost$|\[::1\]$)/.test(new URL(url).hostname);
  if (!url.startsWith("http:") || isLocal) return [];
  const message = "plain http: anybody on the path can read the events and the key; use https";
  return [{ level: "warning", path: ["url"], message }];
}

/** It works and is hidden, but it is in the file, and nobody expects one there. */
function secretInUrl({ url }: ElasticsearchOptions): readonly Finding[] {
  if (urlSecrets(url).length === 0) return [];
  const { username, password } = new URL(url);
  const isLogin = username !== "" && password !== "";
  const message = `the URL contains a secret${isLogin ? "" : ", where it is not sent"}`;
  const hint = `use ${isLogin ? "username and password" : "api_key"} with \${file:PATH}`;
  return [{ level: "warning", path: ["url"], message, hint }];
}

function uncheckedCertificates(written: ElasticsearchOptions): readonly Finding[] {
  if (!written.insecure_skip_verify) return [];
  const message = "certificates are not checked; every health event says so";
  return [{ level: "warning", path: ["insecure_skip_verify"], message }];
}

/** A certificate that is not there would end the agent when the output is made; one of others proves nothing. */
function certificateFile({ ca_file: ca }: ElasticsearchOptions, { directory }: OutputPlace): readonly Finding[] {
  if (ca === undefined) return [];
  const path = resolve(directory, ca);
  const read = readOwnFile(path, "any");
  if (read.ok) return [];
  const { error } = read;
  const message =
    error.open === null ? `cannot be read (${error.code})` : `${openText(path, error.open)}; run ${error.open.fix}`;
  return [{ level: "error", path: ["ca_file"], message }];
}
