import { z } from "zod";
import { didYouMean } from "../../config/suggest.ts";
import type { Anomaly } from "../../domain/anomaly.ts";
import { isMeant } from "../../domain/anomaly-filter.ts";
import type { HostBaseline } from "../../domain/baseline.ts";
import { hostHistory, type Span } from "../../domain/host-history.ts";
import { portText } from "../../domain/network.ts";
import type { CycleRecord } from "../../domain/ports/stores.ts";
import { parseCidr } from "../../lib/ip.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { HistoryView } from "../../report/model/history.ts";
import { type ScanRef, scanRef } from "../../report/model/scans.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk, During } from "./operation.ts";
import { keptScans } from "./pick-scan.ts";
import { seenBy } from "./seen-by.ts";

export const HOST_HISTORY = z.strictObject({
  /** One host by its address, name or id. */
  host: z.string(),
  /** As people write it, `22/tcp`; null: the host with all its ports. */
  port: z.string().nullable(),
  /** UTC ms; what was over before is left out. Null: as far back as scans are kept. */
  since: z.int().nullable(),
});

type Request = z.infer<typeof HOST_HISTORY>;

/** What was true of a host, and since when, by the facts of every scan that is kept. */
export async function historyOfHost(
  desk: Desk,
  request: Request,
  { signal }: Pick<During, "signal">,
): Promise<Result<HistoryView, OperationFailure>> {
  const { segment } = desk.loaded.config;
  const { hosts } = await desk.store.cycles.loadBaseline(segment);
  const host = hostMeant([...hosts.values()], request.host);
  if (!host.ok) return host;
  const { id, address } = host.value;
  const scans = await keptScans(desk);
  const spans = await spansOf(desk, { scans, address, signal });
  const told = await desk.store.history.anomalies({ segment, states: null, since: request.since });
  const [first, last] = [scans[0], scans.at(-1)];
  return ok({
    kind: "history",
    segment,
    address,
    name: nameOf(host.value),
    port: request.port,
    scans:
      first === undefined || last === undefined
        ? null
        : { first: scanRef(first), last: scanRef(last), count: scans.length },
    spans: spans.filter((span) => isWanted(span, request)),
    anomalies: told.filter((anomaly) => anomaly.host?.id === id && isAbout(anomaly, request)).map(inShort),
  });
}

interface Walk {
  /** The oldest first. */
  readonly scans: readonly CycleRecord[];
  readonly address: string;
  readonly signal: AbortSignal;
}

/** One scan after the other, so that a year of them needs no more memory than one. */
async function spansOf(desk: Desk, { scans, address, signal }: Walk): Promise<readonly Span<ScanRef>[]> {
  const history = hostHistory<ScanRef>(address);
  for (const cycle of scans) {
    signal.throwIfAborted();
    history.add(scanRef(cycle), seenBy(desk, cycle, await desk.store.history.runsOf(cycle.id, address)));
  }
  return history.spans();
}

function hostMeant(hosts: readonly HostBaseline[], wanted: string): Result<HostBaseline, OperationFailure> {
  if (wanted.includes("/") && parseCidr(wanted) !== null)
    return err(unknown(`"${wanted}" is a network and not one host`));
  const found = hosts.filter(
    (host) => host.id === wanted || isMeant(wanted, { address: host.address, name: nameOf(host) }),
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return ok(only);
  if (found.length > 1) {
    const which = found.map(({ address }) => address).join(", ");
    return err(unknown(`${found.length} hosts are called "${wanted}": ${which}`));
  }
  const near = didYouMean(wanted, [...new Set(hosts.flatMap((host) => [host.address, nameOf(host) ?? host.address]))]);
  return err(unknown(`no host is known as "${wanted}"${near === null ? "" : `; did you mean "${near}"?`}`));
}

function nameOf(host: HostBaseline): string | null {
  return host.fields.get("name")?.current ?? null;
}

function unknown(what: string): OperationFailure {
  return {
    code: "TL522",
    exit: 2,
    what,
    effect: "Nothing was shown.",
    fix: "Name one host by its address, name or id, and a port like 10.20.0.31:22 or 10.20.0.31:53/udp: tripline hosts lists them.",
  };
}

function isWanted({ port, until, seen }: Span<ScanRef>, wish: Request): boolean {
  if (wish.port !== null && port !== wish.port) return false;
  return wish.since === null || until === null || seen.startedAt >= wish.since || until.startedAt >= wish.since;
}

function isAbout({ port }: Anomaly, wish: Request): boolean {
  return wish.port === null || (port !== null && portText(port) === wish.port);
}

function inShort({ id, kind, subject, state, firstSeen, lastSeen }: Anomaly): HistoryView["anomalies"][number] {
  return { id, kind, subject, state, firstSeen, lastSeen };
}
