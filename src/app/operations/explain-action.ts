import { readFileSync } from "node:fs";
import { pageOf } from "../../events/pages.ts";
import { PUBLISHED_ACTIONS, type PublishedAction } from "../../domain/kinds/actions.ts";
import { packagePath } from "../../config/package-root.ts";
import { plainText, sectionOf } from "./plain-page.ts";

/** Every `event.action` that the contract has published. */
export const ACTIONS: readonly string[] = PUBLISHED_ACTIONS;

/** The page to which `event.reference` of an action points, as plain text; null for an action that does not exist. */
export function explainAction(action: string): string | null {
  if (!isAction(action)) return null;
  const [file = "", anchor] = pageOf(action).split("#");
  const page = readFileSync(packagePath(file), "utf8");
  const text = anchor === undefined ? page : sectionOf(page, anchor);
  return text === null ? null : plainText(text, file);
}

function isAction(text: string): text is PublishedAction {
  return ACTIONS.includes(text);
}
