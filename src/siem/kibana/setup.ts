import type { AssetWork, Chosen, SetupAbout } from "../../domain/ports/setup.ts";
import { err, ok } from "../../lib/result.ts";
import { kibanaFiles, kibanaShipment } from "./content.ts";
import { openKibana } from "./place.ts";
import type { KibanaSettings } from "./settings.ts";

/** `tripline setup kibana` as the command line describes it. */
export const KIBANA_ABOUT: SetupAbout = {
  about: "install data views, saved searches and dashboards",
  examples: [
    "tripline setup kibana --dry-run",
    "tripline setup kibana --space soc",
    "tripline setup kibana --to-dir kibana",
  ],
  choices: [{ name: "space", about: "id of the space, instead of kibana.space", values: null, default: "" }],
};

/** Without settings there is no Kibana to ask, only a file. */
export function kibanaWork(settings: KibanaSettings | null): AssetWork {
  return {
    kind: "assets",
    shipped: () => ok({ ...kibanaShipment(), notes: [IMPORT] }),
    files: () => kibanaFiles(),
    open: (chosen, signal) =>
      settings === null
        ? Promise.resolve(err({ reason: "unreachable", text: "no Kibana is configured", fix: null }))
        : openKibana({ ...settings, space: spaceIn(chosen) ?? settings.space }, signal),
  };
}

const IMPORT = "What --to-dir writes is imported in Kibana under Stack Management, Saved Objects, Import.";

function spaceIn(chosen: Chosen): string | null {
  return chosen.get("space") || null;
}
