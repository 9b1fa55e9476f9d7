import { join } from "node:path";
import type { Scene } from "../../app/demo/stage.ts";
import type { SceneResult } from "../../app/demo/story.ts";
import { wallClock } from "../../lib/time.ts";
import { explainAnomaly, renderExplain } from "../../score/explain.ts";
import { renderScan } from "./scan.ts";
import type { Paint } from "./style.ts";

const ALERT_AT = 48;
const ALERT_SHOWN = 600;

export function renderScene(scene: Scene, paint: Paint): string {
  const headed = (title: string, text: string) => `${heading(title, paint)}\n${text}`;
  switch (scene.kind) {
    case "text":
      return `\n${scene.text}`;
    case "scan":
      return headed(scene.title, renderScan(scene.report, "demo", paint));
    case "why": {
      const report = explainAnomaly(scene.anomaly, { alertAt: ALERT_AT, mutes: [], now: wallClock() });
      return headed(`why: tripline explain ${scene.anomaly.id.slice(0, 8)}`, renderExplain(report));
    }
    case "delivered":
      return headed(
        "delivered",
        `${scene.events} ECS events as newline-delimited JSON. One of them, an alert:\n${scene.alert.slice(0, ALERT_SHOWN)}…`,
      );
  }
}

/** Each scene with whether it was shown. */
export function renderResults(results: readonly SceneResult[], paint: Paint): string {
  const shown = results.filter((result) => result.missing === null).length;
  const lines = results.map(({ title, missing }) =>
    missing === null
      ? `  ${paint("good", "shown")}    ${title}`
      : `  ${paint("high", "MISSING")}  ${title}\n           ${missing}`,
  );
  return [heading(`${shown} of ${results.length} scenes shown`, paint), ...lines].join("\n");
}

export function renderMissing(missing: number): string {
  return [
    `tripline: ${missing} ${missing === 1 ? "scene" : "scenes"} of the demo could not be shown; the list above says why`,
    "  effect  The demo has not proved what it promises; nothing outside its directory was changed.",
    "  fix     Run it again when the machine has less to do; `tripline doctor` checks nmap and its rights.",
  ].join("\n");
}

/** What to do next; `directory` is null when the demo's directory is removed. */
export function renderNext(directory: string | null): string {
  if (directory === null) return "\nkeep them and look around with: tripline demo --keep ./demo";
  const query = 'select(.event.kind=="alert") | [.event.severity, .event.action, .message] | @tsv';
  return [
    "",
    `read them:   jq -r '${query}' ${join(directory, ".tripline", "events.ndjson")}`,
    `look around: tripline anomalies list -c ${join(directory, "tripline.yaml")}`,
  ].join("\n");
}

function heading(title: string, paint: Paint): string {
  return `\n${paint("bold", `── ${title}`)}`;
}
