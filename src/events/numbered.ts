import type { HealthNotice } from "../domain/event.ts";

/** Notices of one occasion, each with a number that tells two alike apart. */
export function numbered(notices: readonly HealthNotice[]): readonly (readonly [HealthNotice, number])[] {
  const times = new Map<string, number>();
  return notices.map((notice) => {
    const what = `${notice.kind} ${notice.subject ?? ""}`;
    const n = times.get(what) ?? 0;
    times.set(what, n + 1);
    return [notice, n] as const;
  });
}
