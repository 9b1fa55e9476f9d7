import type { OutcomeOf } from "../../app/operations/registry.ts";
import { lines } from "../../report/text/document.ts";
import { EXIT } from "../exit-codes.ts";
import type { CommandIo, GlobalOptions } from "../io.ts";
import { printResult } from "../print-result.ts";

type ScanLeft = Extract<OutcomeOf<"scanOrAsk">, { readonly asked: unknown }>;

/** A scan that the running agent makes: how to follow it. */
export function printAsked(io: CommandIo, options: GlobalOptions, { asked }: ScanLeft): number {
  const { state, profile } = asked;
  const what =
    state === "started"
      ? `The running agent scans now (profile ${profile}).`
      : `The running agent is at a scan; the one that you asked for (profile ${profile}) follows it.`;
  const follow = "tripline status says when it has ended, tripline anomalies list what it found.";
  printResult(io, options, { data: { asked }, text: () => [lines(what, follow)] });
  return EXIT.done;
}
