import type { Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import { withState } from "./on-state.ts";
import type { During, Site, StateOperation } from "./operation.ts";
import { tellOpening } from "./tell.ts";

export interface Asked<In> {
  readonly input: In;
  readonly during: During;
  /** What had happened to the state, a sentence each, before anything is done. */
  readonly onOpening: (line: string) => void;
}

/** One use case on the state of a site, by a process that does not hold it yet: opens, does it, closes. */
export function perform<In, Out>(
  site: Site,
  operation: StateOperation<In, Out>,
  { input, during, onOpening }: Asked<In>,
): Promise<Result<Out, OperationFailure>> {
  return withState(site, operation.access, async (desk) => {
    for (const line of await tellOpening(desk)) onOpening(line);
    return operation.run(desk, input, during);
  });
}
