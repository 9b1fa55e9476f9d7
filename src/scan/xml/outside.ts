import type { CleanText } from "../../domain/clean-text.ts";
import type { ScanProgress } from "../../domain/ports/scanner.ts";
import { type DocumentProblem, type NmapTrailer, runProblem, type ScanInfo } from "./document.ts";
import { parseElement, rawAttribute, wholeAttribute } from "./element.ts";
import type { XmlElement } from "./xml-element.ts";
import { readScanInfo, readTrailer } from "./header.ts";
import { FIELD, readText } from "./text.ts";

const MAX_SKIPPED = 1000;

/** What is between the hosts, read as far as it goes. */
export interface OutsideRead {
  readonly scanInfo: readonly ScanInfo[];
  readonly verbose: number | null;
  readonly trailer: NmapTrailer | null;
  readonly skippedTargets: readonly CleanText[];
  readonly progress: ScanProgress | null;
  readonly problems: readonly DocumentProblem[];
}

/** Children of the root that are not hosts. Hints (`hosthint`) carry a status and are not hosts either. */
export function readOutside(text: string): OutsideRead {
  const nothing = { scanInfo: [], verbose: null, trailer: null, skippedTargets: [], progress: null };
  if (text.trim() === "") return { ...nothing, problems: [] };
  // `<!DOCTYPE` and CDATA have no place here, and a second root would end the wrapper early: the validator sees it.
  if (text.includes("<!D"))
    return { ...nothing, problems: [runProblem("doctype", "a second DOCTYPE stands in the document")] };
  const parsed = parseElement(`<nmaprun>${text}</nmaprun>`);
  if ("error" in parsed) {
    return { ...nothing, problems: [runProblem("not-well-formed", `not well-formed between hosts: ${parsed.error}`)] };
  }
  return readChildren(parsed.element.children);
}

function readChildren(children: readonly XmlElement[]): OutsideRead {
  const named = (name: string) => children.filter((child) => child.name === name);
  const infos = named("scaninfo").map(readScanInfo);
  const scanInfo = infos.filter((info) => info !== null);
  const lastProgress = named("taskprogress").at(-1);
  const runstats = named("runstats").at(-1);
  const verbose = named("verbose")[0];
  const skipped = named("target").filter((target) => rawAttribute(target, "status") === "skipped");
  return {
    scanInfo,
    verbose: verbose === undefined ? null : wholeAttribute(verbose, "level"),
    trailer: runstats === undefined ? null : readTrailer(runstats),
    skippedTargets: skipped
      .slice(0, MAX_SKIPPED)
      .map((t) => readText(rawAttribute(t, "specification") ?? "", FIELD.name)),
    progress: lastProgress === undefined ? null : readProgress(lastProgress),
    problems:
      scanInfo.length === infos.length
        ? []
        : [
            runProblem(
              "plan-mismatch",
              "a scaninfo line is damaged or of a scan without ports, so what was probed is unknown",
            ),
          ],
  };
}

function readProgress(element: XmlElement): ScanProgress {
  const percent = Number(rawAttribute(element, "percent") ?? "x");
  return {
    phase: readText(rawAttribute(element, "task") ?? "", FIELD.name),
    percent: percent >= 0 && percent <= 100 ? percent : null,
    remainingSeconds: wholeAttribute(element, "remaining"),
  };
}
