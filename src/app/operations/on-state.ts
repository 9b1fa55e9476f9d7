import { err, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import { agentFirst, askAgent } from "../control/ask-agent.ts";
import type { ChangeOperation, Desk, During, Ground, Site } from "./operation.ts";
import { tellOpening } from "./tell.ts";

/** Opens the state of a site, does the work, closes it whatever happens. Reading works while an agent runs, writing is refused. */
export async function withState<S extends Ground & Pick<Site, "stateDirectory">, T>(
  site: S,
  access: "read" | "write",
  work: (desk: S & Pick<Desk, "store">) => Promise<Result<T, OperationFailure>>,
): Promise<Result<T, OperationFailure>> {
  const { runtime, stateDirectory, loaded } = site;
  const opened = runtime.openState(stateDirectory, access, loaded?.config.store.max_size);
  if (!opened.ok) return err(opened.error);
  try {
    return await work({ ...site, store: opened.value });
  } finally {
    opened.value.close();
  }
}

export interface Asked<In> {
  readonly input: In;
  readonly during: During;
  /** What had happened to the state, a sentence each, before anything is done. */
  readonly onOpening: (line: string) => void;
}

/** A change to the state of a site: by the agent that holds it, else opened, done and closed here, with the same outcome. */
export function perform<In, Out>(
  site: Site,
  operation: ChangeOperation<In, Out>,
  { input, during, onOpening }: Asked<In>,
): Promise<Result<Out, OperationFailure>> {
  return agentFirst(site, {
    ask: () => askAgent(site, operation, { input, signal: during.signal }),
    self: () =>
      withState(site, operation.access, async (desk) => {
        for (const line of await tellOpening(desk)) onOpening(line);
        return operation.run(desk, input, during);
      }),
  });
}
