import { runAssets } from "../../../src/app/setup/run-assets.ts";
import type { ElasticsearchSettings } from "../../../src/deliver/sinks/elasticsearch/client.ts";
import { workOf } from "../../../src/deliver/sinks/elasticsearch/setup.ts";

/** As `tripline setup elasticsearch --profile core --force`: what the slim server can hold. */
export async function installAssets(settings: ElasticsearchSettings): Promise<void> {
  const request = { task: "install", dryRun: false, force: true, chosen: new Map([["profile", "core"]]) } as const;
  const report = await runAssets(workOf(settings), request, new AbortController().signal);
  const refusal = report.ok ? report.value.refusal : report.error;
  if (refusal !== null) throw new Error(`the assets were not installed: ${refusal.text}`);
}
