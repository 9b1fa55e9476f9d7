import { resolve } from "node:path";
import { notOwnText, readOwnFile } from "./own-file.ts";
import type { Finding } from "./problems.ts";
import { isLoopback } from "../lib/ip.ts";
import { urlSecrets } from "./url-secrets.ts";

/** How a server is reached, as outputs and targets of set-up write it. */
export interface WrittenServer {
  readonly url: string;
  readonly ca_file?: string | undefined;
  readonly insecure_skip_verify: boolean;
}

interface ServerPlace {
  /** Relative paths start here. */
  readonly directory: string;
  /** Said of plain http to another machine. */
  readonly plainHttp: string;
  /** Said where certificates are not checked. */
  readonly unchecked: string;
}

/** What is well-formed in the address of a server and yet unsafe, or cannot work. */
export function serverFindings(written: WrittenServer, at: ServerPlace): readonly Finding[] {
  return [
    ...plainHttp(written, at),
    ...secretInUrl(written),
    ...uncheckedCertificates(written, at),
    ...certificateFile(written, at),
  ];
}

function plainHttp({ url }: WrittenServer, { plainHttp: message }: ServerPlace): readonly Finding[] {
  if (!url.startsWith("http:") || isLoopback(new URL(url).hostname)) return [];
  return [{ level: "warning", path: ["url"], message }];
}

/** It works and is hidden, but it is in the file, and nobody expects one there. */
function secretInUrl({ url }: WrittenServer): readonly Finding[] {
  if (urlSecrets(url).length === 0) return [];
  const { username, password } = new URL(url);
  const isLogin = username !== "" && password !== "";
  const message = `the URL contains a secret${isLogin ? "" : ", where it is not sent"}`;
  const hint = `use ${isLogin ? "username and password" : "api_key"} with \${file:PATH}`;
  return [{ level: "warning", path: ["url"], message, hint }];
}

function uncheckedCertificates(written: WrittenServer, { unchecked: message }: ServerPlace): readonly Finding[] {
  if (!written.insecure_skip_verify) return [];
  return [{ level: "warning", path: ["insecure_skip_verify"], message }];
}

/** A certificate that is not there would end whoever opens the connection; one of others proves nothing. */
function certificateFile({ ca_file: ca }: WrittenServer, { directory }: ServerPlace): readonly Finding[] {
  if (ca === undefined) return [];
  const path = resolve(directory, ca);
  const read = readOwnFile(path, "any");
  return read.ok ? [] : [{ level: "error", path: ["ca_file"], message: notOwnText(path, read.error) }];
}
