import type { HostBaseline, PortBaseline, Seen } from "../domain/baseline.ts";
import type { CycleView } from "../domain/cycle.ts";
import { forgetAfter } from "../domain/maturity.ts";

/** A sensor that was off has not looked, so a host is forgotten only after this many scans have missed it. */
const SCANS_BEFORE_FORGOTTEN = 10;

/** True when what is there now has been there for long enough to be normal. */
export function isOld(since: Seen | undefined, now: Seen, forgetMs: number): boolean {
  return since !== undefined && now.at - since.at >= forgetMs;
}

/** A port that has been closed for this long is forgotten: when it opens again, it is a new port. */
export function isForgottenPort(port: PortBaseline, now: Seen, forgetMs: number): boolean {
  return port.current === "closed" && now.at - port.lastSeen.at >= forgetMs;
}

/** Hosts, including strangers, that have been away long enough to be forgotten. */
export function forgottenHosts(view: CycleView): readonly HostBaseline[] {
  const { scanNumber, endedAt } = view.context;
  const missed = view.absent.map(({ known }) => known);
  return missed.filter(
    ({ lastSeen }) =>
      endedAt - lastSeen.at >= forgetAfter(view.context) && scanNumber - lastSeen.scan >= SCANS_BEFORE_FORGOTTEN,
  );
}
