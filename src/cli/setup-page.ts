import type { OutcomeOf } from "../app/operations/registry.ts";
import { key, type TextDocument, verbatim } from "../report/text/document.ts";

type Step = OutcomeOf<"setUp">["steps"][number];

interface Shown {
  readonly dryRun: boolean;
  readonly diff: boolean;
}

/** One row per thing; which output it is about is said where there are several. */
export function setupPage(steps: readonly Step[], { dryRun, diff }: Shown): TextDocument {
  const several = new Set(steps.map(({ output }) => output)).size > 1;
  const rows = steps.map((step) => [...(several ? [step.output] : []), ...step.what, stateText(step, dryRun)]);
  const columns = Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, () => key(""));
  const table = { kind: "table", columns, rows, indent: 2 } as const;
  return diff ? [table, ...steps.flatMap((step) => changes(step, several))] : [table];
}

/** The title stands as in a unified diff, so that the lines below can be coloured by any tool that knows one. */
function changes({ difference, what, output }: Step, several: boolean): TextDocument {
  if (difference.length === 0) return [];
  const title = [...(several ? [output] : []), ...what].join(" ");
  return [verbatim(["", `@@ ${title} @@`, ...difference].join("\n"))];
}

const DONE: Readonly<Record<string, string>> = { create: "created", update: "updated", remove: "removed" };

function stateText({ state }: Step, dryRun: boolean): string {
  const done = DONE[state];
  if (done === undefined) return state;
  return dryRun ? `would ${state}` : done;
}
