import { compareVersions, contentHash, isContentHash } from "../../domain/asset-content.ts";
import type { InstalledAsset, SetupAsset } from "../../domain/ports/setup.ts";

export type AssetState = "up to date" | "create" | "update" | "changed by hand" | "foreign" | "newer";

/** What is installed under the name of an asset, against what this program brings. */
export function judge(
  asset: SetupAsset,
  installed: InstalledAsset | null,
  { version, force }: { readonly version: string; readonly force: boolean },
): AssetState {
  if (installed === null) return "create";
  const { mark, compared } = installed;
  if (mark === null) return "foreign";
  const [there, ours] = [contentHash(compared), contentHash(asset.compared)];
  // One that somebody changed into what we would install is as good as ours.
  if (there === ours && mark.hash === ours) return "up to date";
  if (compareVersions(mark.version, version) > 0) return "newer";
  const byHand = isContentHash(mark.hash) && mark.hash !== there && there !== ours;
  return byHand && !force ? "changed by hand" : "update";
}
