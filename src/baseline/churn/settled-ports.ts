import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import { coveredScans } from "../../domain/coverage.ts";
import { portRange, type PortRef } from "../../domain/network.ts";

interface Step {
  readonly before: HostBaseline;
  readonly after: HostBaseline;
  /** An alert that nobody accepted counts when it becomes normal, never because it went away. */
  readonly isAlert: (subject: string) => boolean;
}

/** The ports whose opening (or closing) was settled, each with the class of its number and, where it opened, what it showed. */
export function settledPorts(
  { before, after, isAlert }: Step,
  turns: "open" | "closed",
): readonly (readonly string[])[] {
  return [...after.ports].flatMap(([key, is]) => {
    const was = before.ports.get(key);
    if (was === undefined && coveredScans(before, is) === 0) return [];
    if (is.reference !== turns && isAlert(key)) return [];
    if (turns === "open") return isOpeningSettled(was, is) ? [[portRange(is.number), shownBy(is)]] : [];
    return isClosingSettled(was, is) ? [[portRange(is.number)]] : [];
  });
}

/** It became normal, or closed again by itself. */
function isOpeningSettled(was: PortBaseline | undefined, is: PortBaseline): boolean {
  if ((was?.reference ?? "closed") === "open") return false;
  return is.reference === "open" || (was?.current === "open" && is.current === "closed");
}

/** It became normal, or opened again by itself. */
function isClosingSettled(was: PortBaseline | undefined, is: PortBaseline): boolean {
  if (was?.reference !== "open") return false;
  return is.reference === "closed" || (was.current === "closed" && is.current === "open");
}

/** The service as nmap names it; `?` for one that did not identify itself. */
function shownBy(port: PortBaseline & PortRef): string {
  return port.fields.get("service")?.current ?? "?";
}
