import type { LoadedConfig } from "../../config/load.ts";
import { kibanaSettings } from "../../siem/kibana/settings.ts";
import type { PackSettings } from "../../siem/rules/content.ts";
import { RULES_ABOUT, rulesWork } from "../../siem/rules/setup.ts";
import type { SetupTarget } from "./target.ts";

/** The rule pack: into the Kibana of the configuration, where there is one. */
export const RULES: SetupTarget = {
  ...RULES_ABOUT,
  name: "rules",
  ofOutputs: false,
  places: ({ loaded }) => {
    const settings = kibanaSettings(loaded);
    return settings === null ? [] : [{ name: "rules", work: rulesWork(settings, packSettings(loaded)) }];
  },
  bare: (loaded) => rulesWork(null, packSettings(loaded)),
  configuredAs: "kibana",
};

function packSettings({ config }: LoadedConfig): PackSettings {
  return { docsBase: config.docs_base ?? null, scanners: config.vantage.seen_as };
}
