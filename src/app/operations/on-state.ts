import { err, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk, During, Ground, Site, StateOperation } from "./operation.ts";
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
