import { agentVersion } from "../../config/package-root.ts";
import { publicUrl, vantageOf } from "../../config/settings.ts";
import type { EventContext } from "../../events/context.ts";
import type { Site } from "./operation.ts";

/** What events outside a cycle need: operator actions and health of the agent. */
export function eventContext(
  { runtime: { clock, hostname }, loaded }: Pick<Site, "runtime" | "loaded">,
  installId: string,
): EventContext {
  const { config } = loaded;
  return {
    installId,
    vantage: vantageOf(loaded, { sourceAddress: null, mac: null, raw: true, hostname }),
    namespace: config.namespace,
    committedAt: clock.now(),
    agentVersion: agentVersion(),
    alertAt: config.score.alert_at,
    labels: new Map(Object.entries(config.labels)),
    tags: [],
    publicUrl: publicUrl(loaded),
    docsBase: config.docs_base ?? null,
    maturity: { scans: config.baseline.learn.scans, atLeastMs: config.baseline.learn.at_least },
  };
}
