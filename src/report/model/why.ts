import type { Anomaly, ScorePart } from "../../domain/anomaly.ts";
import type { DeclaredView } from "../../domain/declaration.ts";
import { howOften } from "../../domain/how-often.ts";

/**
 * Why an anomaly scores what it scores, in plain words and without numbers of the score: what the baseline says, what
 * the service is, what declarations say, and what else counts. The arithmetic is in `explain`.
 */
export function whyText(anomaly: Anomaly): string {
  const { score, history, kind, group, declared, confirmed } = anomaly;
  const words: Readonly<Partial<Record<ScorePart, string>>> = {
    rarity: howOften(group?.kind ?? kind, history),
    ...(declared === null ? {} : { declaration: declaredText(declared) }),
  };
  const counted = score.parts.filter((part) => part.points !== 0).map((part) => words[part.name] ?? part.why);
  return [...counted, ...(confirmed ? ["confirmed by a second probe"] : [])].join("; ");
}

const VERDICTS: Readonly<Record<DeclaredView["verdict"], string>> = {
  "undeclared-open-port": "not declared",
  "undeclared-host": "not declared",
  "expected-endpoint-down": "declared, but closed",
  "expected-endpoint-blocked": "declared, but it does not answer",
  "port-moved": "declared on another port",
  "service-mismatch": "declared as another service",
  "as-declared": "as declared",
  unclaimed: "declarations do not cover it",
  unknown: "declarations could not be read",
  untested: "declared, but not measured",
};

function declaredText({ verdict, source }: DeclaredView): string {
  if (source === null) return VERDICTS[verdict];
  return `${VERDICTS[verdict]} (${source.file}${source.line === null ? "" : `:${source.line}`})`;
}
