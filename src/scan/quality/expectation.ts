import type { Transport } from "../../domain/network.ts";
import type { RunPlan } from "../../domain/scan-plan.ts";
import { formatIntervals, size } from "../../lib/intervals.ts";
import { type DocumentProblem, type NmapDocument, runProblem, type ScanInfo } from "../xml/document.ts";

const SCTP_TYPE = "sctpinit";

/** Where the document differs from what nmap was told to do. */
export function planProblems(document: NmapDocument, plan: RunPlan): readonly DocumentProblem[] {
  // Without a header there is nothing to compare with the plan; the problem of the header is reported already.
  if (document.header === null) return [];
  return [...scanInfoProblems(document.scanInfo, plan), ...addressProblems(document, plan)];
}

/** A recorded file is its own plan: its counts must agree with each other. */
export function recordedProblems(document: NmapDocument): readonly DocumentProblem[] {
  const { trailer } = document;
  if (trailer === null) return [];
  const { hostsUp: up, hostsDown: down, hostsTotal: total } = trailer;
  // Every target unresolvable or excluded: exit 0, success, and nobody was asked.
  if (total === 0) return [runProblem("hosts-missing", "nmap was left without a single address to scan")];
  if (up === null || down === null || total === null)
    return [runProblem("hosts-missing", "its statistics do not say how many hosts nmap asked and found")];
  if (total === up + down) return [];
  return [runProblem("hosts-missing", `nmap counted ${total} hosts, ${up} up and ${down} down`)];
}

function scanInfoProblems(found: readonly ScanInfo[], plan: RunPlan): readonly DocumentProblem[] {
  const expected = [...plan.ports].filter(([, ports]) => size(ports) > 0);
  const wanted = expected.map(
    ([transport, ports]) => `${typeFor(transport, plan)} ${transport} ${formatIntervals(ports)}`,
  );
  const actual = found.map((info) => `${info.type} ${info.protocol} ${formatIntervals(info.services)}`);
  if (wanted.toSorted().join("\n") === actual.toSorted().join("\n")) return [];
  const words = (lines: readonly string[]) => (lines.length === 0 ? "no port" : lines.map(shorten).join(" and "));
  return [runProblem("plan-mismatch", `nmap says it probed ${words(actual)}, planned was ${words(wanted)}`)];
}

function typeFor(transport: Transport, plan: RunPlan): string {
  if (transport === "udp") return "udp";
  if (transport === "sctp") return SCTP_TYPE;
  return plan.technique === "connect" ? "connect" : "syn";
}

/**
 * Every planned address must be accounted for: by count always, one by one when nmap lists down hosts too (`-v`).
 * Unresolvable and unroutable targets leave no other trace, with exit code 0.
 */
function addressProblems(document: NmapDocument, plan: RunPlan): readonly DocumentProblem[] {
  const planned = new Set(plan.addresses);
  const seen = document.tally.addresses;
  const problems: DocumentProblem[] = [];
  const total = document.trailer?.hostsTotal ?? null;
  if (document.trailer !== null && total !== planned.size) {
    problems.push(runProblem("hosts-missing", `nmap counted ${total} hosts, planned were ${planned.size}`));
  }
  const missing = [...planned].filter((address) => !seen.has(address));
  if (document.verbose > 0 && missing.length > 0) {
    problems.push(
      runProblem("hosts-missing", `${missing.length} planned addresses are not in the file, first ${missing[0]}`),
    );
  }
  const foreign = [...seen].filter((address) => !planned.has(address));
  if (foreign.length > 0) {
    problems.push(
      runProblem("plan-mismatch", `${foreign.length} addresses in the file were not planned, first ${foreign[0]}`),
    );
  }
  return problems;
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
