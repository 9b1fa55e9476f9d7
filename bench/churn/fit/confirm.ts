import type { Cells } from "./cells.ts";
import { INERTIA } from "./search.ts";

type Rows = ReadonlyMap<string, Cells>;

/**
 * Of the proposed cells those that a replay with them bears out, one kind after the other: the search moves the surprisal as
 * far as the expectation, which promises too much for kinds of which much was counted. `played` costs months under the given
 * cells, as the search costs them.
 */
export async function confirmed(
  before: Rows,
  proposed: Rows,
  played: { readonly cost: number; readonly under: (cells: Rows) => Promise<number> },
): Promise<Rows> {
  let kept = before;
  let { cost } = played;
  for (const [kind, cells] of proposed) {
    if (cells === before.get(kind)) continue;
    const tried = new Map([...kept, [kind, cells]]);
    const now = await played.under(tried);
    if (now > cost - INERTIA) continue;
    kept = tried;
    cost = now;
  }
  return kept;
}
