/** One fact about this machine, as `doctor` shows it. */
export interface PreflightCheck {
  readonly name: string;
  readonly state: "ok" | "warn" | "error";
  readonly detail: string;
  /** What it means for the scans, and what helps; null when ok. */
  readonly effect: string | null;
  readonly fix: string | null;
  /** `TLxxx`, with a page in the docs; null when ok. */
  readonly code: string | null;
}

export function okCheck(name: string, detail: string): PreflightCheck {
  return { name, state: "ok", detail, effect: null, fix: null, code: null };
}

export function problem(name: string, detail: string, rest: Omit<PreflightCheck, "name" | "detail">): PreflightCheck {
  return { name, detail, ...rest };
}
