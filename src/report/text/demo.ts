import type { SceneView } from "../model/scene.ts";
import { GAP, type Inline, lines, type TextDocument, verbatim } from "./document.ts";
import { explanationText } from "./explanation.ts";
import { cycleText } from "./scan.ts";

const ALERT_SHOWN = 600;

export function sceneText(scene: SceneView): TextDocument {
  switch (scene.kind) {
    case "text":
      return [GAP, lines(...scene.text.split("\n"))];
    case "scan":
      return [...heading(scene.title), ...cycleText(scene.cycle, "demo", true)];
    case "why": {
      const { explanation } = scene;
      return [...heading(`why: tripline explain ${explanation.id.slice(0, 8)}`), ...explanationText(explanation)];
    }
    case "delivered":
      return [
        ...heading("delivered"),
        lines(`${scene.events} ECS events as newline-delimited JSON. One of them, an alert:`),
        verbatim(`${scene.alert.slice(0, ALERT_SHOWN)}…`),
      ];
  }
}

/** Each scene with whether it was shown. */
export function resultsText(
  results: readonly { readonly title: string; readonly missing: string | null }[],
): TextDocument {
  const shown = results.filter((result) => result.missing === null).length;
  return [
    ...heading(`${shown} of ${results.length} scenes shown`),
    ...results.map(({ title, missing }) =>
      missing === null
        ? lines(["  ", { text: "shown", tone: "good" }, `    ${title}`])
        : lines(["  ", { text: "MISSING", tone: "high" }, `  ${title}`], `           ${missing}`),
    ),
  ];
}

function heading(title: string): TextDocument {
  const line: readonly Inline[] = [{ text: `── ${title}`, tone: "bold" }];
  return [GAP, lines(line)];
}
