import { z } from "zod";
import { didYouMean } from "../../config/suggest.ts";
import { ACTIONS, explainAction } from "./explain-action.ts";
import { explainCode } from "./explain-code.ts";

export const EXPLAIN = z.strictObject({ what: z.string() });

export interface Explained {
  /** Null: there is no such code and no such action. */
  readonly text: string | null;
  /** An action of a similar name, when there is nothing else to say. */
  readonly near: string | null;
}

/** What a code (TL102) or an event action (port-opened) means: its section of the documentation, as plain text. */
export function explain({ what }: z.infer<typeof EXPLAIN>): Explained {
  const text = explainCode(what) ?? explainAction(what);
  return { text, near: text === null ? didYouMean(what, ACTIONS) : null };
}
