import { KIBANA_ABOUT, kibanaWork } from "../../siem/kibana/setup.ts";
import { kibanaSettings } from "../../siem/kibana/settings.ts";
import type { SetupTarget } from "./target.ts";

/** Content for Kibana: one place, where the configuration has one. */
export const KIBANA: SetupTarget = {
  ...KIBANA_ABOUT,
  name: "kibana",
  ofOutputs: false,
  places: ({ loaded }) => {
    const settings = kibanaSettings(loaded);
    return settings === null ? [] : [{ name: "kibana", work: kibanaWork(settings) }];
  },
  bare: () => kibanaWork(null),
};
