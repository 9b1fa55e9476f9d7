import type { NmapRun } from "../../../src/domain/nmap-run.ts";
import type { RunPhase } from "../../../src/domain/scan-plan.ts";
import { comparabilityOf, techniqueOf } from "../../../src/scan/quality/comparability.ts";
import { applyVerdict, judgeRun } from "../../../src/scan/quality/judge.ts";
import { type NmapXmlSpec, nmapXml } from "../../support/nmap-xml.ts";
import { readText } from "../xml/collect.ts";

/** A run of the given phase whose XML holds what the specification says. */
export async function runOf(phase: RunPhase, spec: NmapXmlSpec, over: Partial<NmapRun> = {}): Promise<NmapRun> {
  const document = await readText(nmapXml(spec), { phase });
  const verdict = judgeRun(document, { kind: "recorded" });
  return {
    shard: 0,
    n: 0,
    phase,
    technique: techniqueOf(document),
    argv: [],
    exitCode: 0,
    signal: null,
    startedAt: 0,
    endedAt: 1,
    completeness: verdict.completeness,
    problems: verdict.problems,
    reason: verdict.reason,
    nmapVersion: "7.93",
    comparability: comparabilityOf({
      document,
      plan: null,
      scriptHashes: new Map(),
      probesHash: null,
      privilege: null,
      vantage: null,
    }),
    planned: document.trailer?.hostsTotal ?? 0,
    hostsUp: document.tally.up,
    hostsDown: document.tally.down,
    hosts: applyVerdict(verdict, document.hosts),
    scriptErrors: document.tally.scriptErrors,
    raw: null,
    ...over,
  };
}
