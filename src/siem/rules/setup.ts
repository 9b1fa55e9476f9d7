import type { AssetWork, SetupAbout } from "../../domain/ports/setup.ts";
import { err, ok } from "../../lib/result.ts";
import type { KibanaSettings } from "../kibana/settings.ts";
import { packFiles, type PackSettings, rulesShipment } from "./content.ts";
import { openRules } from "./place.ts";

/** `tripline setup rules` as the command line describes it. */
export const RULES_ABOUT: SetupAbout = {
  about: "install the rule pack into Elastic Security, or write it for other systems",
  examples: [
    "tripline setup rules --dry-run",
    "tripline setup rules --space soc",
    "tripline setup rules --to-dir rules",
  ],
  choices: [{ name: "space", about: "id of the space, instead of kibana.space", values: null, default: "" }],
};

/** Without settings there is no Kibana to ask, only files. */
export function rulesWork(settings: KibanaSettings | null, pack: PackSettings): AssetWork {
  return {
    kind: "assets",
    shipped: () => ok(rulesShipment(pack)),
    files: () => packFiles(pack),
    open: (chosen, signal) =>
      settings === null
        ? Promise.resolve(err({ reason: "unreachable", text: "no Kibana is configured", fix: null }))
        : openRules({ ...settings, space: chosen.get("space") || settings.space }, pack, signal),
  };
}
