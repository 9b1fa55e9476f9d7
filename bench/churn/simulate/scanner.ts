import type { NmapRun } from "../../../src/domain/nmap-run.ts";
import { portKey } from "../../../src/domain/network.ts";
import type { Scanner } from "../../../src/domain/ports/scanner.ts";
import type { RunPlan } from "../../../src/domain/scan-plan.ts";
import { formatIntervals, type Intervals } from "../../../src/lib/intervals.ts";
import { nmapArguments } from "../../../src/scan/nmap/arguments.ts";
import { comparabilityOf } from "../../../src/scan/quality/comparability.ts";
import { applyVerdict, judgeRun } from "../../../src/scan/quality/judge.ts";
import { readNmapXml } from "../../../src/scan/xml/read.ts";
import { type HostSpec, nmapXml } from "../../../test/support/nmap-xml.ts";
import type { WorldHost } from "../types.ts";
import { isCut, whatIsLeft } from "./cut.ts";
import { hostSpec, type Question } from "./host-xml.ts";
import type { Moment } from "./moment.ts";

/** Where the simulated scans come from. */
export const VANTAGE = "10.255.255.250";

/**
 * An nmap over a world: what a plan asks is rendered as nmap's XML, read and judged by the same code as the output of the
 * real one. The first pass has the noise of the scan; a verification is answered from the truth. Services, scripts and
 * operating systems are in the answer only where the plan asks for them.
 */
export function simulatedScanner(moment: Moment): Scanner {
  return { run: (plan) => answer(plan, moment) };
}

async function answer(plan: RunPlan, moment: Moment): Promise<NmapRun> {
  const startedAt = moment.clock.now();
  const { fault } = moment.scan();
  const cut = isCut(fault) && plan.phase === "ports";
  const xml = cut ? whatIsLeft(render(plan, moment), fault) : render(plan, moment);
  moment.finish();
  const document = await readNmapXml(chunks(xml), { phase: plan.phase });
  const end = cut ? { exitCode: null, signal: "SIGKILL" } : { exitCode: 0, signal: null };
  noteFacts({ plan, hosts: document.hosts }, moment);
  const verdict = judgeRun(document, { kind: "planned", plan, ...end, deadlineHit: false, outputCapHit: false });
  return {
    shard: plan.shard,
    n: plan.n,
    phase: plan.phase,
    technique: plan.technique,
    argv: ["nmap", ...argumentsOf(plan)],
    ...end,
    startedAt,
    endedAt: moment.clock.now(),
    completeness: verdict.completeness,
    problems: verdict.problems,
    reason: verdict.reason,
    nmapVersion: document.header?.version ?? null,
    comparability: comparabilityOf({
      document,
      plan,
      scriptHashes: new Map(plan.scripts.map((id) => [id, id])),
      probesHash: "simulated",
      privilege: "single",
      vantage: VANTAGE,
    }),
    planned: plan.addresses.length,
    hostsUp: document.tally.up,
    hostsDown: document.tally.down,
    hosts: applyVerdict(verdict, document.hosts),
    scriptErrors: document.tally.scriptErrors,
    rejectedScripts: [],
    raw: null,
  };
}

// oxlint-disable-next-line require-await -- the reader takes what a file would give
async function* chunks(xml: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(xml, "latin1");
}

function argumentsOf(plan: RunPlan): readonly string[] {
  return nmapArguments(plan, {
    privilege: "raw",
    xmlFile: "/run/nmap.xml",
    nseDir: "/run/nse",
    scriptFiles: plan.scripts.map((id) => `/run/nse/${id}.nse`),
    scriptArgsFile: null,
    probeFile: null,
    exclude: [],
  });
}

function render(plan: RunPlan, moment: Moment): string {
  const { start, end, rttMicros: srtt } = moment.scan();
  const times = { start: Math.floor(start / 1000), end: Math.floor(end / 1000), srtt };
  const look = plan.phase === "verify" ? moment.asked : moment.seen;
  const question = questionOf(plan, times);
  return nmapXml({
    args: `nmap ${argumentsOf(plan).join(" ")}`,
    scaninfo: [{ type: plan.technique, protocol: question.transport, services: formatIntervals(question.ports) }],
    start: times.start,
    finished: times.end,
    verbose: 1,
    hosts: plan.addresses.map((address) => specOf(address, look(address), question)),
  });
}

/** Remembers what a plan makes hosts say about themselves, beside the states of their ports. */
function noteFacts(
  { plan, hosts }: { readonly plan: RunPlan; readonly hosts: NmapRun["hosts"] },
  moment: Moment,
): void {
  for (const { address, ports } of hosts) {
    if (plan.osDetection) moment.note(address, "system");
    if (plan.versionIntensity !== null) for (const port of ports) moment.note(address, portKey(port));
  }
}

/** On the local link nmap asks by ARP whatever it is told: who does not answer is down, with `-Pn` too. */
function specOf(address: string, host: WorldHost | undefined, question: Question): HostSpec {
  return host === undefined ? { address, state: "down" } : hostSpec(host, question);
}

function questionOf(plan: RunPlan, times: Pick<Question, "start" | "end" | "srtt">): Question {
  const transport = plan.technique === "udp" ? "udp" : "tcp";
  const ports: Intervals = plan.ports.get(transport) ?? [];
  return {
    transport,
    ports,
    closedReason: transport === "udp" ? "port-unreach" : plan.technique === "connect" ? "conn-refused" : "reset",
    services: plan.versionIntensity !== null,
    scripts: plan.scripts,
    osDetection: plan.osDetection,
    names: plan.phase === "ports",
    ...times,
  };
}
