import type { OutputPlace } from "../../../config/output-kind.ts";
import type { Finding } from "../../../config/problems.ts";
import { serverFindings } from "../../../config/server-meaning.ts";
import type { ElasticsearchOptions } from "./options.ts";

const SENTENCES = {
  plainHttp: "plain http: anybody on the path can read the events and the key; use https",
  unchecked: "certificates are not checked: anybody on the path can pose as the server",
};

/** What is well-formed and yet unsafe, or cannot work. */
export function meaning(written: ElasticsearchOptions, { directory }: OutputPlace): readonly Finding[] {
  return serverFindings(written, { directory, ...SENTENCES });
}
