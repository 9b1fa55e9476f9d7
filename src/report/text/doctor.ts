import type { DoctorCheck } from "../model/doctor.ts";
import { counted, type Inline, labelled, lines, type TextDocument, type Toned } from "./document.ts";

const MARKS: Readonly<Record<DoctorCheck["state"], Toned>> = {
  ok: { text: "ok  ", tone: "good" },
  warn: { text: "warn", tone: "medium" },
  error: { text: "fail", tone: "high" },
};

/** In groups: each check with its mark, and below what is not well its effect and the fix. */
export function doctorText(checks: readonly DoctorCheck[]): TextDocument {
  const groups = Map.groupBy(checks, (check) => check.group);
  const count = (state: DoctorCheck["state"]) => checks.filter((check) => check.state === state).length;
  const [errors, warnings] = [count("error"), count("warn")];
  const verdict =
    errors + warnings === 0
      ? "everything is well"
      : `${counted(errors, "error", "errors")}, ${counted(warnings, "warning", "warnings")} — see effect and fix`;
  return [...[...groups].flatMap(([group, all]) => [lines(group), ...all.flatMap(checkText)]), lines(verdict)];
}

function checkText(check: DoctorCheck): TextDocument {
  const head: readonly Inline[] = [
    "  ",
    MARKS[check.state],
    `  ${check.name}: ${check.detail}${check.code === null ? "" : `  ${check.code}`}`,
  ];
  const below = [
    ...(check.effect === null ? [] : [["effect", check.effect] as const]),
    ...(check.fix === null ? [] : [["fix", check.fix] as const]),
    ...(check.code === null ? [] : [["more", `tripline doctor --explain ${check.code}`] as const]),
  ];
  return [lines(head), ...(below.length === 0 ? [] : [labelled(below, 8)])];
}
