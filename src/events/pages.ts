import { ACTIONS, type PublishedAction } from "../domain/kinds/actions.ts";

/**
 * The page of an action as a path in the repository, which is the same in the installed package; with an anchor where
 * actions share a page.
 */
export function pageOf(action: PublishedAction): string {
  const { page } = ACTIONS[action];
  return page.endsWith(`/${action}.md`) ? page : `${page}#${action}`;
}

/** What events carry: the page below the address where the repository can be read, or its path alone. */
export function reference(action: PublishedAction, docsBase: string | null): string {
  return docsBase === null ? pageOf(action) : `${docsBase.replace(/\/+$/, "")}/${pageOf(action)}`;
}
