import type { HostBaseline, Results } from "../../domain/baseline.ts";
import type { AbsentHost, CycleView, HostView } from "../../domain/cycle.ts";
import { withAnswer } from "../../domain/flapping.ts";
import { hasHabits } from "../../domain/maturity.ts";
import { provesAbsence } from "../../domain/nmap-run.ts";

/** A known host in this cycle: seen, or missed. */
export type Answering = { readonly known: HostBaseline } & (
  | { readonly host: HostView; readonly absent?: undefined }
  | { readonly absent: AbsentHost; readonly host?: undefined }
);

/** Every host that was known before this cycle, present or not. */
export function knownHosts({ hosts, absent }: CycleView): readonly Answering[] {
  const present = hosts.flatMap((host) => (host.known === null ? [] : [{ known: host.known, host }]));
  return [...present, ...absent.map((one) => ({ known: one.known, absent: one }))];
}

/** Whether a host answered when it was expected to; null: nothing may be concluded. */
export function answered(view: CycleView, { known, host, absent }: Answering): boolean | null {
  if (!provesAbsence(view.summary) || !hasHabits(view, known)) return null;
  if (host !== undefined) return true;
  return absent.answer === "down" ? false : null;
}

/** Its results with this cycle. */
export function answersNow(view: CycleView, at: Answering): Results | undefined {
  const up = answered(view, at);
  return up === null ? at.known.answers : withAnswer(at.known.answers, up);
}
