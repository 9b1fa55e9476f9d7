import { err, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk, Ground, Site } from "./operation.ts";

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
