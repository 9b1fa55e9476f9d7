import type { SetupAsset } from "../../domain/ports/setup.ts";

/** Why an asset was left alone; null: it was not. */
export function whyLeft({ kind, name }: SetupAsset, state: string): string | null {
  const what = `${kind} ${name}`;
  if (state === "foreign")
    return `${what} exists and does not belong to Tripline, so it was left alone. Rename or remove it, then run this again. (TL493)`;
  if (state === "changed by hand")
    return `${what} was changed by hand, so it was left alone. --diff shows the changes; --force undoes them. (TL492)`;
  return null;
}
