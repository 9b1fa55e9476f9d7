import { z } from "zod";
import type { LinesBlock, Tone } from "./document.ts";
import { lines, severityCell } from "./document.ts";

const SHOWN = z.object({
  "@timestamp": z.string(),
  message: z.string().optional(),
  event: z.object({ action: z.string() }),
});

/** Of one ECS document what a person reads while it goes by: when, how bad, what, and the sentence. */
export function eventText(body: string, severity: string | null): LinesBlock {
  const { "@timestamp": at, message = "", event } = SHOWN.parse(JSON.parse(body));
  const how = severity === null ? NO_SEVERITY : severityCell(severity);
  return lines([`${at}  `, { ...how, text: how.text.padEnd(WIDTH) }, `  ${event.action}  ${message}`]);
}

const WIDTH = "critical".length;
const NO_SEVERITY: { readonly text: string; readonly tone: Tone } = { text: "—", tone: "dim" };
