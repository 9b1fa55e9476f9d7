/** How often a subject was measured before, and how often it was as it is now or changed. */
interface History {
  readonly scans: number;
  readonly seen: number;
  readonly changes: number;
}

/** What the baseline knew; `covered` is `in 412 covered scans since 2026-10-02`. No full stop. */
export type Known = (history: History, covered: string) => string;

export function knownPort({ seen }: History, covered: string): string {
  return seen === 0 ? `Port never open ${covered}` : `Port open in ${seen} of ${covered.slice(3)}`;
}

export function knownPorts(_: History, covered: string): string {
  return `None of them was ever open ${covered}`;
}

export function knownHost({ seen }: History, covered: string): string {
  return seen === 0 ? `Host never seen ${covered}` : `Host seen in ${seen} of ${covered.slice(3)}`;
}

export function knownPresence(_: History, covered: string): string {
  return `It was there ${covered}`;
}

export function knownChanges({ changes }: History, covered: string): string {
  if (changes === 0) return `Never changed ${covered}`;
  return `Changed ${changes} time${changes === 1 ? "" : "s"} ${covered}`;
}
