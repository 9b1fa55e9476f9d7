import type { OutcomeOf } from "../../app/operations/registry.ts";
import { lines } from "../../report/text/document.ts";
import { EXIT } from "../exit-codes.ts";
import type { CommandIo, GlobalOptions } from "../io.ts";
import { printResult } from "../print-result.ts";

type ScanLeft = Extract<OutcomeOf<"scanOrAsk">, { readonly asked: unknown }>;

/** A scan that the running agent makes: how to follow it. */
export function printAsked(io: CommandIo, options: GlobalOptions, { asked, ended }: ScanLeft): number {
  const follow = ended
    ? "This command has another version and cannot show the result; tripline anomalies list shows what it found."
    : "tripline status says when it has ended, tripline anomalies list what it found.";
  const what = ended ? `The running agent has scanned (profile ${asked.profile}).` : comingText(asked);
  printResult(io, options, { data: { asked }, text: () => [lines(what, follow)] });
  return EXIT.done;
}

function comingText({ state, profile }: ScanLeft["asked"]): string {
  return state === "started"
    ? `The running agent is scanning now (profile ${profile}).`
    : `The running agent is in the middle of a scan; yours (profile ${profile}) is next.`;
}
