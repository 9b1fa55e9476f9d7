import type { SetupRefusal } from "../../../domain/ports/setup.ts";
import { classifyFailure } from "./classify.ts";
import type { RequestFailure } from "./failure.ts";

const NOT_NOW = new Set([429, 502, 503, 504]);

/** What a failed request means for a set-up. */
export function refusalOf(failure: RequestFailure): SetupRefusal {
  const { kind, status, text } = failure;
  if (kind === "product") return { reason: "product", text, fix: OTHER_PRODUCT };
  if (kind === "version") return { reason: "version", text, fix: null };
  if (status === 401) return { reason: "rights", text, fix: "Check the credentials of the output." };
  if (status === 403) return { reason: "rights", text, fix: null };
  const answers = kind === "answer" && status !== null && !NOT_NOW.has(status);
  return { reason: answers ? "refused" : "unreachable", text: inWords(failure), fix: null };
}

const OTHER_PRODUCT = "Correct the address; a proxy or another product answers there.";

function inWords(failure: RequestFailure): string {
  const verdict = classifyFailure(failure, { rows: 0, bytes: 0 });
  return verdict.kind === "stop" ? verdict.reason.text : failure.text;
}
