import { err, type Result } from "../../lib/result.ts";
import { AGENT_OPERATIONS, type Reloaded } from "../agent/operations.ts";
import { askAgent } from "../control/ask-agent.ts";
import type { OperationFailure } from "../failure.ts";
import type { During, Site } from "./operation.ts";

/** `tripline reload`: as SIGHUP, and says what came of it. */
export async function reloadAgent(
  site: Site,
  _: object,
  { signal }: During,
): Promise<Result<Reloaded, OperationFailure>> {
  return (await askAgent(site, AGENT_OPERATIONS.reload, { input: {}, signal })) ?? err(NO_AGENT);
}

const NO_AGENT: OperationFailure = {
  code: "TL449",
  exit: 3,
  what: "no running agent of this state can be asked",
  effect: "Nothing was read again.",
  fix: "Start one with tripline run: it reads the configuration anyway. One without a control socket takes kill -HUP.",
};
