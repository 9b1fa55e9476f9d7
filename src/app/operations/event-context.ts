import type { LoadedConfig } from "../../config/load.ts";
import type { EventContext } from "../../events/context.ts";
import { agentVersion } from "../../config/package-root.ts";
import { publicUrl } from "../../config/settings.ts";
import { systemClock, vantageOf } from "../wiring.ts";

/** What events outside a cycle need: operator actions and health of the agent. */
export function eventContext(loaded: LoadedConfig, installId: string): EventContext {
  const { config } = loaded;
  return {
    installId,
    vantage: vantageOf(loaded, { sourceAddress: null, mac: null, raw: true }),
    namespace: config.namespace,
    committedAt: systemClock().now(),
    agentVersion: agentVersion(),
    alertAt: config.score.alert_at,
    labels: new Map(Object.entries(config.labels)),
    tags: [],
    publicUrl: publicUrl(loaded),
    docsBase: config.docs_base ?? null,
    maturity: { scans: config.baseline.learn.scans, atLeastMs: config.baseline.learn.at_least },
  };
}
