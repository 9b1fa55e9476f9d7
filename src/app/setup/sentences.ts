import type { SetupAsset } from "../../domain/ports/setup.ts";

/** By state, the states in which an asset is left alone. */
const LEFT: Readonly<Record<string, readonly [code: string, why: string]>> = {
  foreign: [
    "TL493",
    "exists and does not belong to Tripline, so it was left alone. Rename or remove it, then run this again.",
  ],
  "changed by hand": [
    "TL492",
    "was changed by hand, so it was left alone. --diff shows the changes; --force undoes them.",
  ],
};

/** Why an asset was left alone; null: it was not. */
export function whyLeft({ kind, name }: SetupAsset, state: string): string | null {
  const left = LEFT[state];
  if (left === undefined) return null;
  const [code, why] = left;
  return `${kind} ${name} ${why} (${code})`;
}

const UNASKED = "TL497";

/** What a dry run says that could ask nobody. */
export function unaskedNote(why: string): string {
  return `Nothing was compared, because the server could not be asked (${why}): this is what a new one would get. (${UNASKED})`;
}
