import { err, ok, type Result } from "../../lib/result.ts";
import { AGENT_OPERATIONS, type ScanAsked } from "../agent/operations.ts";
import { agentFirst, askAgent } from "../control/ask-agent.ts";
import type { OperationFailure } from "../failure.ts";
import type { During, Site } from "./operation.ts";
import { scanNow, type ScanNowOutcome, type ScanRequest } from "./scan-now.ts";

/** The agent that holds the state makes the scan; what it finds is in the state and in its log. */
export interface ScanLeft {
  readonly asked: ScanAsked;
}

/** Has the agent that holds the state scan as it always does; without one this process scans. */
export function scanOrAsk(
  site: Site,
  request: ScanRequest,
  during: During,
): Promise<Result<ScanNowOutcome | ScanLeft, OperationFailure>> {
  const ask = async (): Promise<Result<ScanLeft, OperationFailure> | null> => {
    const other = notForAgent(request);
    if (other !== null) return err(other);
    const question = { input: { profile: request.profile }, signal: during.signal };
    const asked = await askAgent(site, AGENT_OPERATIONS.scan, question);
    return asked?.ok === true ? ok({ asked: asked.value }) : asked;
  };
  return agentFirst(site, { ask, self: () => scanNow(site, request, during) });
}

/** What the agent's own scans know nothing of. It sends events anyway, so `emit` changes nothing. */
function notForAgent({ only, learn, learnScans, judged }: ScanRequest): OperationFailure | null {
  const given = Object.entries({
    "--target": only !== undefined,
    "--no-learn": !learn,
    "--learn-scans": learnScans !== null,
    "--fail-on or --strict": judged === true,
  });
  const names = given.filter(([, is]) => is).map(([name]) => name);
  if (names.length === 0) return null;
  return {
    code: "TL450",
    exit: 2,
    what: `a running agent holds this state, and its scans know no ${names.join(", ")}`,
    effect: "Nothing was scanned.",
    fix: `Leave ${names.length === 1 ? "it" : "them"} out to have the agent scan now, or stop the agent first.`,
  };
}
