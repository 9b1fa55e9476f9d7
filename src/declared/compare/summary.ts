import type { DeclaredState, DriftFinding, FindingKind } from "../../domain/declaration.ts";
import type { FindingCounts, HealthNotice } from "../../domain/event.ts";
import type { DriftReport } from "./drift.ts";
import type { Looks } from "./first-look.ts";
import { LACKS_SOURCE, lacksSource } from "./lacks-source.ts";

/** What the first look at one source found, for one summary. */
export interface FirstLookAt {
  readonly file: string;
  readonly findings: readonly DriftFinding[];
  /** So much is undeclared that another source is probably missing. */
  readonly lacksSource: boolean;
}

interface EndedLook extends Looks {
  readonly now: DeclaredState;
  readonly report: DriftReport;
}

/** Findings that no previous evaluation could have found, by source, in the order of the configuration. */
export function firstLooksAt({ now, report, hosts, former }: EndedLook): readonly FirstLookAt[] {
  const untold = report.findings.filter((finding) => {
    const host = hosts.get(finding.host);
    return host !== undefined && former.isUntold(finding, host);
  });
  const byFile = Map.groupBy(untold, (finding) => fileOf(finding, { hosts, former }));
  return now.sources.flatMap(({ file }) => {
    const findings = byFile.get(file);
    return findings === undefined ? [] : [{ file, findings, lacksSource: lacksSource(report) }];
  });
}

/** Of several sources the new one reports it. */
function fileOf(finding: DriftFinding, { hosts, former }: Looks): string {
  const places = finding.declaration?.sources ?? finding.claims;
  const host = hosts.get(finding.host);
  const compared = host === undefined ? new Set<string>() : former.compared(host);
  return (places.find(({ file }) => !compared.has(file)) ?? places[0])?.file ?? "";
}

/** Sentences are cut at 256 characters, and this is a path of the operator's. */
const FILE_MAX = 96;

const WORDS: Readonly<Record<FindingKind, readonly [one: string, many: string]>> = {
  "undeclared-host": ["undeclared host", "undeclared hosts"],
  "undeclared-open-port": ["undeclared port", "undeclared ports"],
  "port-moved": ["moved port", "moved ports"],
  "service-mismatch": ["service other than declared", "services other than declared"],
  "expected-endpoint-down": ["closed endpoint", "closed endpoints"],
  "expected-endpoint-blocked": ["silent endpoint", "silent endpoints"],
};

/** One for the whole first look at a source: what it found is an inventory, not a change. */
export function firstLookNotice({ file, findings, lacksSource: lacking }: FirstLookAt): HealthNotice {
  const counts = countsOf(findings);
  const name = file.length <= FILE_MAX ? file : `…${file.slice(-FILE_MAX)}`;
  const found = counted(counts.total, "finding", "findings");
  return {
    kind: "declaration-evaluated",
    subject: file,
    message: `First look at ${name}: ${found} on ${counted(counts.hosts, "host", "hosts")}; tripline drift lists them.`,
    reason: `First look at ${name}: ${kindsText(findings)}, on ${counted(counts.hosts, "host", "hosts")}. Only critical ones alert; tripline drift lists them all.${lacking ? ` ${capital(LACKS_SOURCE)}.` : ""}`,
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
