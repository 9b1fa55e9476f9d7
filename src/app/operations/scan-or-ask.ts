import { err, ok, type Result } from "../../lib/result.ts";
import type { CycleOutcome } from "../../report/model/scan.ts";
import type { Delivery } from "../../report/model/delivery.ts";
import { isOfThisVersion } from "../agent/asked-scan.ts";
import { AGENT_OPERATIONS, type ScanAsked } from "../agent/operations.ts";
import { agentFirst, askAgent } from "../control/ask-agent.ts";
import { SCAN_CUT_SHORT } from "../control/refusals.ts";
import type { OperationFailure } from "../failure.ts";
import type { During, Site } from "./operation.ts";
import { scanNow, type ScanNowOutcome, type ScanRequest } from "./scan-now.ts";

/** The agent that holds the state made the scan, and sends its events itself. */
export interface ScanByAgent {
  readonly outcome: CycleOutcome;
  readonly delivery: Delivery;
}

/** The agent makes the scan, or has made one that only its own version can show; what it finds is in the state. */
export interface ScanLeft {
  readonly asked: Pick<ScanAsked, "state" | "profile">;
  readonly ended: boolean;
}

type Answer = ScanByAgent | ScanLeft;

/** Has the agent that holds the state scan as it always does; without one this process scans. */
export function scanOrAsk(
  site: Site,
  request: ScanRequest,
  during: During,
): Promise<Result<ScanNowOutcome | Answer, OperationFailure>> {
  const ask = async (): Promise<Result<Answer, OperationFailure> | null> => {
    const other = notForAgent(request);
    if (other !== null) return err(other);
    const { profile, wait = true } = request;
    if (wait) during.onProgress?.({ phase: "waiting for the running agent", percent: null, remainingSeconds: null });
    const question = { input: wait ? { profile, wait } : { profile }, signal: during.signal };
    const asked = await askAgent(site, AGENT_OPERATIONS.scan, question);
    if (asked === null) return null;
    return asked.ok ? ok(answerOf(asked.value)) : err(wait ? whileWaiting(asked.error) : asked.error);
  };
  return agentFirst(site, { ask, self: () => scanNow(site, request, during) });
}

function answerOf({ state, profile, ended }: ScanAsked): Answer {
  if (ended === undefined || !isOfThisVersion(ended)) return { asked: { state, profile }, ended: ended !== undefined };
  const delivery = { waiting: ended.waiting, unreachable: false, reasons: [], refused: [], kept: true };
  return { outcome: ended.outcome, delivery };
}

/** A connection that ends says something else to those who only wait: nothing was to be changed by it. */
function whileWaiting(error: OperationFailure): OperationFailure {
  if (error.code !== "TL444") return error;
  if (error.exit !== INTERRUPTED) return SCAN_CUT_SHORT;
  return {
    ...error,
    what: "interrupted: this command no longer waits for the scan of the running agent",
    effect: "The agent continues its scan.",
    fix: "tripline status says when it has ended, tripline anomalies list what it found.",
  };
}

const INTERRUPTED = 130;

/** What the agent's own scans do not support. It sends events anyway, so `emit` changes nothing. */
function notForAgent({ only, learn, learnScans, judged, wait }: ScanRequest): OperationFailure | null {
  const given = Object.entries({
    "--target": only !== undefined,
    "--no-learn": !learn,
    "--learn-scans": learnScans !== null,
    "--fail-on or --strict with --no-wait": judged === true && wait === false,
  });
  const names = given.filter(([, is]) => is).map(([name]) => name);
  if (names.length === 0) return null;
  return {
    code: "TL450",
    exit: 2,
    what: `a running agent holds this state, and its scans do not support ${names.join(", ")}`,
    effect: "Nothing was scanned.",
    fix: `Leave ${names.length === 1 ? "it" : "them"} out to have the agent scan now, or stop the agent first.`,
  };
}
