import type { EventCells } from "./row.ts";

/** What the contract says about an action, and the page of the repository that explains it. */
export interface ActionCells extends EventCells {
  readonly page: string;
}

/** The cells of an action that is nothing an attacker does. */
export function quiet(cells: Omit<EventCells, "attack" | "attackByService">): EventCells {
  return { ...cells, attack: [], attackByService: false };
}
