import type { DriftFinding, FindingKind } from "../domain/declaration.ts";
import type { FindingCounts, HealthNotice } from "../domain/event.ts";
import type { FirstLookAt } from "./evaluation.ts";
import { LACKS_SOURCE } from "./report.ts";

/** Sentences are cut at 256 characters, and this is a path of the operator's. */
const FILE_MAX = 96;

const WORDS: Readonly<Record<FindingKind, readonly [one: string, many: string]>> = {
  "undeclared-host": ["undeclared host", "undeclared hosts"],
  "undeclared-open-port": ["undeclared port", "undeclared ports"],
  "port-moved": ["moved port", "moved ports"],
  "service-mismatch": ["other service than declared", "other services than declared"],
  "expected-endpoint-down": ["closed endpoint", "closed endpoints"],
  "expected-endpoint-blocked": ["silent endpoint", "silent endpoints"],
};

/** One for the whole first look at a source: what it found is an inventory, not news. */
export function firstLookNotice({ file, findings, lacksSource }: FirstLookAt): HealthNotice {
  const counts = countsOf(findings);
  const name = file.length <= FILE_MAX ? file : `…${file.slice(-FILE_MAX)}`;
  const found = counted(counts.total, "finding", "findings");
  return {
    kind: "declaration-evaluated",
    subject: file,
    message: `First look at ${name}: ${found} on ${counted(counts.hosts, "host", "hosts")}; tripline drift lists them.`,
    reason: `First look at ${name}: ${kindsText(findings)}, on ${counted(counts.hosts, "host", "hosts")}. Only critical ones alert; tripline drift lists them all.${lacksSource ? ` ${capital(LACKS_SOURCE)}.` : ""}`,
    code: null,
    outcome: "success",
    findings: counts,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function countsOf(findings: readonly DriftFinding[]): FindingCounts {
  const of = (severity: DriftFinding["severity"]) => findings.filter((f) => f.severity === severity).length;
  return {
    total: findings.length,
    hosts: new Set(findings.map((finding) => finding.host)).size,
    critical: of("critical"),
    high: of("high"),
    medium: of("medium"),
    low: of("low"),
  };
}

/** `2 undeclared hosts (high), 44 undeclared ports (high)`: the worst first, as `tripline drift` lists them. */
function kindsText(findings: readonly DriftFinding[]): string {
  const byKind = Map.groupBy(findings, ({ kind, severity }) => `${severity} ${kind}`);
  const texts = [...byKind.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [`${counted(same.length, ...WORDS[first.kind])} (${first.severity})`];
  });
  return texts.join(", ");
}

function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
