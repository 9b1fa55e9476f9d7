import type { OutputPlace } from "../../../config/output-kind.ts";
import type { Finding } from "../../../config/problems.ts";
import { serverFindings } from "../../../config/server-meaning.ts";
import type { ElasticsearchOptions } from "./options.ts";

/** What is well-formed and yet unsafe, or cannot work. */
export function meaning(written: ElasticsearchOptions, { directory }: OutputPlace): readonly Finding[] {
  return serverFindings(written, {
    directory,
    sent: "the events and the key",
    unchecked: "every health event says so",
  });
}
