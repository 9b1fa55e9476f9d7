import type { PortRef } from "../../domain/network.ts";
import type { RunPhase } from "../../domain/scan-plan.ts";
import { size, toNumbers } from "../../lib/intervals.ts";
import type { ScanInfo } from "./document.ts";

interface Asked {
  readonly scanInfo: readonly ScanInfo[];
  readonly phase: RunPhase;
}

/** No real machine listens on more ports, however many were asked. */
const MOST_LISTENERS = 2000;
/** Nor on half of all that were asked, unless that was a short list of ports chosen because they are in use. */
const IMPLAUSIBLE = 256;

/**
 * A firewall, SYN proxy or tarpit that answers for every port: one fact, not thousands, and no evidence of any service.
 * Only a `ports` run asks ports of which it is not known whether they are open.
 */
export function answersEverywhere(open: number, { scanInfo, phase }: Asked): boolean {
  if (open > MOST_LISTENERS) return true;
  const asked = scanInfo.reduce((sum, info) => sum + size(info.services), 0);
  return phase === "ports" && open >= IMPLAUSIBLE && open * 2 >= asked;
}

/** All that were asked over TCP: of a host whose ports were too many to be read. */
export function askedPorts({ scanInfo }: Asked): readonly PortRef[] {
  const tcp = scanInfo.filter((info) => info.protocol === "tcp");
  return tcp.flatMap((info) => toNumbers(info.services)).map((number) => ({ transport: "tcp", number }));
}
