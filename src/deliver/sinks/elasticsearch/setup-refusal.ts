import type { SetupRefusal } from "../../../domain/ports/setup.ts";
import { classifyFailure } from "./classify.ts";
import type { RequestFailure } from "./failure.ts";

const NOT_NOW = new Set([429, 502, 503, 504]);

/** What a failed request means for a set-up; `privilege` of the cluster is what it needed, null: none. */
export function refusalOf(failure: RequestFailure, privilege: string | null): SetupRefusal {
  const { kind, status, text } = failure;
  if (kind === "product") return { reason: "product", text, fix: OTHER_PRODUCT };
  if (kind === "version") return { reason: "version", text, fix: null };
  if (status === 401) return { reason: "rights", text, fix: "Check the credentials of the output." };
  if (status === 403) return { reason: "rights", text, fix: privilege === null ? null : lacking(privilege) };
  const answers = kind === "answer" && status !== null && !NOT_NOW.has(status);
  return { reason: answers ? "refused" : "unreachable", text: inWords(failure), fix: null };
}

const OTHER_PRODUCT =
  "Correct the address. For OpenSearch, write the files with --profile opensearch --to-dir DIR and deliver through Kafka.";

function lacking(privilege: string): string {
  return `Run this with a key that has the cluster privilege ${privilege}; the agent's key does not need it.`;
}

/** 404 is not "assets missing" here: installing them is what is being done. */
function inWords(failure: RequestFailure): string {
  if (failure.kind === "answer") return failure.text;
  const verdict = classifyFailure(failure, { rows: 0, bytes: 0 });
  return verdict.kind === "stop" ? verdict.reason.text : failure.text;
}
