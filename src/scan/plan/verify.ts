import type { PortRequest, ProbeRequest, SystemRequest } from "../../domain/ports/prober.ts";
import type { Pace, RunPlan, Technique } from "../../domain/scan-plan.ts";
import { formatIntervals, fromNumbers, includes, type Intervals } from "../../lib/intervals.ts";
import { addressVersion, compareAddresses } from "../../lib/ip.ts";
import { VERSION_INTENSITY } from "./fingerprint.ts";
import { GUARDED } from "./guard.ts";
import { plainRun, withDeadline } from "./plan.ts";

export interface VerifyInput {
  readonly cycleId: string;
  readonly shard: number;
  /** Number of the first run made here, unique in its shard. */
  readonly firstN: number;
  readonly requests: readonly ProbeRequest[];
  /** How the cycle probed; verification uses the other one, so that one technique's blind spot is not confirmed. */
  readonly technique: Technique;
  /** False: without raw sockets there is only connect. */
  readonly raw: boolean;
  readonly fragile: ReadonlySet<string>;
  readonly scripts: readonly string[];
  readonly pace: Pace;
}

type Ask = PortRequest["ask"];

/** Endpoints to verify → runs: exactly the asked hosts and ports, hosts with the same question in one run. */
export function planVerify(input: VerifyInput): readonly RunPlan[] {
  const groups = [...groupByQuestion(input).values()];
  const ports = groups.map((group, i) => verifyRun(group, input, input.firstN + i));
  return [...ports, ...systemRuns(input, input.firstN + ports.length)];
}

/** Only with raw sockets, and never of a fragile host: the packets are odd ones. */
function systemRuns({ requests, raw, fragile, ...run }: VerifyInput, firstN: number): readonly RunPlan[] {
  const asked = requests.filter((one) => one.ask === "system").filter(({ address }) => raw && !fragile.has(address));
  const pairs = Map.groupBy(asked, ({ address, open, closed }) => `${addressVersion(address)} ${open} ${closed}`);
  return [...pairs.values()].map((some, i) => systemRun(some, run, firstN + i));
}

function systemRun(
  asked: readonly SystemRequest[],
  { cycleId, shard, pace }: Pick<VerifyInput, "cycleId" | "shard" | "pace">,
  n: number,
): RunPlan {
  const addresses = [...new Set(asked.map(({ address }) => address))].sort(compareAddresses);
  const ports = new Map([["tcp", fromNumbers(asked.flatMap(({ open, closed }) => [open, closed]))] as const]);
  const run = { cycleId, shard, n, phase: "verify", technique: "syn", addresses, ports, assumeUp: true, pace } as const;
  return withDeadline({ ...plainRun(run), osDetection: true });
}

interface Question {
  readonly addresses: string[];
  readonly ports: Intervals;
  readonly ask: Ask;
  readonly technique: Technique;
}

function groupByQuestion(input: VerifyInput): ReadonlyMap<string, Question> {
  const groups = new Map<string, Question>();
  for (const [address, wanted] of portsByHost(input)) {
    for (const { ask, technique, ports } of wanted) {
      const key = [addressVersion(address), ask, technique, formatIntervals(ports)].join(" ");
      const group = groups.get(key) ?? { addresses: [], ports, ask, technique };
      group.addresses.push(address);
      groups.set(key, group);
    }
  }
  return groups;
}

type Wanted = Omit<Question, "addresses">;

function portsByHost(input: VerifyInput): readonly (readonly [address: string, wanted: readonly Wanted[]])[] {
  const byHost = Map.groupBy(
    input.requests.filter((request) => request.ask !== "system"),
    ({ address }) => address,
  );
  const hosts = [...byHost.keys()].sort(compareAddresses);
  return hosts.map((address) => [address, wantedOf(byHost.get(address) ?? [], input)]);
}

/** A port asked both ways is asked once, in the stronger way. */
function wantedOf(requests: readonly PortRequest[], input: VerifyInput): readonly Wanted[] {
  const strongest = new Map<string, { ask: Ask; technique: Technique; number: number }>();
  for (const request of requests) {
    const ask = askOf(request, input);
    const { transport, number } = request.port;
    const key = `${transport}/${number}`;
    if (strongest.get(key)?.ask === "service") continue;
    strongest.set(key, { ask, number, technique: transport === "udp" ? "udp" : otherTechnique(request, input) });
  }
  const byKind = Map.groupBy(strongest.values(), (one) => `${one.ask} ${one.technique}`);
  return [...byKind.values()].flatMap(([first, ...rest]) =>
    first === undefined
      ? []
      : [{ ask: first.ask, technique: first.technique, ports: fromNumbers([first, ...rest].map((one) => one.number)) }],
  );
}

function askOf(request: PortRequest, input: VerifyInput): Ask {
  const spared = input.fragile.has(request.address) || includes(GUARDED, request.port.number);
  return spared || request.port.transport !== "tcp" ? "state" : request.ask;
}

function otherTechnique(request: PortRequest, input: VerifyInput): Technique {
  if (!input.raw) return "connect";
  // A guarded port or a fragile host gets a SYN, never a whole connection.
  if (input.fragile.has(request.address) || includes(GUARDED, request.port.number)) return "syn";
  return input.technique === "connect" ? "syn" : "connect";
}

function verifyRun(question: Question, input: VerifyInput, n: number): RunPlan {
  const { cycleId, shard, pace } = input;
  const transport = question.technique === "udp" ? "udp" : "tcp";
  const state = plainRun({
    cycleId,
    shard,
    n,
    phase: "verify",
    technique: question.technique,
    addresses: question.addresses,
    ports: new Map([[transport, question.ports]]),
    assumeUp: true,
    pace,
  });
  if (question.ask === "state") return state;
  return withDeadline({ ...state, versionIntensity: VERSION_INTENSITY, shortWait: true, scripts: input.scripts });
}
