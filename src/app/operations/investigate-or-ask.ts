import type { z } from "zod";
import type { Result } from "../../lib/result.ts";
import { AGENT_OPERATIONS } from "../agent/operations.ts";
import { agentFirst, askAgent } from "../control/ask-agent.ts";
import type { OperationFailure } from "../failure.ts";
import { investigate, type INVESTIGATE, type Investigated } from "./investigate.ts";
import { withState } from "./on-state.ts";
import type { During, Site } from "./operation.ts";

/** The agent that holds the state looks; without one this process does. */
export function investigateOrAsk(
  site: Site,
  input: z.infer<typeof INVESTIGATE>,
  during: During,
): Promise<Result<Investigated, OperationFailure>> {
  return agentFirst(site, {
    ask: () => askAgent(site, AGENT_OPERATIONS.investigate, { input, signal: during.signal }),
    self: () =>
      withState(site, "write", async (desk) => {
        const live = site.runtime.live(site.loaded, site.stateDirectory);
        return live.ok ? investigate(desk, input, { ...during, live: live.value }) : live;
      }),
  });
}
