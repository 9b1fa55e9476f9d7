import type { Anomaly } from "../../../domain/anomaly.ts";
import type { HostBaseline, PortBaseline } from "../../../domain/baseline.ts";
import { CATALOGUE } from "../../../domain/kinds/catalogue.ts";
import type { Gone } from "../../../domain/kinds/row.ts";
import { SCANS_OF_AN_UPGRADE } from "../../../domain/maturity.ts";
import { parsePortKey, portKey, portText } from "../../../domain/network.ts";
import { MISSES_AFTER_RESET, MISSES_AFTER_SILENCE, MISSES_BEFORE_GONE } from "../../../domain/settle.ts";
import { dayText } from "../../../domain/words.ts";

/** A sighting that has not come yet, and what it would do. */
export interface MissingSighting {
  readonly outcome: "confirmed" | "closed" | "aged";
  readonly text: string;
}

/** `host`: what is known of the host of the anomaly; null for a group, and when it was forgotten. */
export function missingSightings(
  anomaly: Anomaly,
  { host, forgetMs }: { readonly host: HostBaseline | null; readonly forgetMs: number },
): readonly MissingSighting[] {
  if (anomaly.state !== "open" && anomaly.state !== "muted") return [];
  const { gone } = CATALOGUE[anomaly.group?.kind ?? anomaly.kind];
  const known = { anomaly, host, port: portOf(anomaly, host) };
  const closing = closes(gone, known);
  const aging = ages(known, forgetMs);
  return [
    ...(anomaly.confirmed ? [] : [{ outcome: "confirmed" as const, text: CONFIRMING }]),
    { outcome: "closed" as const, text: inGroup(anomaly, closing) },
    ...(aging === null ? [] : [{ outcome: "aged" as const, text: aging }]),
  ];
}

const CONFIRMING = "one more probe that sees the same; each live scan asks again, a recorded scan cannot";

interface Known {
  readonly anomaly: Anomaly;
  readonly host: HostBaseline | null;
  readonly port: PortBaseline | null;
}

function portOf({ port, subject }: Anomaly, host: HostBaseline | null): PortBaseline | null {
  const at = port ?? parsePortKey(subject);
  return at === null ? null : (host?.ports.get(portKey(at)) ?? null);
}

function inGroup({ group }: Anomaly, text: string): string {
  if (group === null) return text;
  const over = group.members.filter((member) => member.over !== undefined).length;
  return `on every one of its ${group.members.length} hosts (on ${over} so far): ${text}`;
}

function closes(gone: Gone, known: Known): string {
  switch (gone.when) {
    case "port-normal":
      return portBack(known);
    case "port-fields-normal":
      return `one scan in which ${gone.fields.join(", ")} ${gone.fields.length === 1 ? "is" : "are"} as before`;
    case "host-field-normal":
      return `one scan in which ${gone.field} is as before`;
    case "stranger-explained":
      return `an accept, or ${MISSES_BEFORE_GONE} covered scans in a row without an answer (${known.host?.misses ?? 0} so far)`;
    case "host-answers":
      return "one scan in which it answers";
    case "own-evidence-back":
      return "one scan in which one of its earlier keys or its earlier MAC is seen again";
    case "burst-closed":
      return `${MISSES_AFTER_RESET} covered scans in a row in which none of its ports is open (${known.host?.burst?.misses ?? 0} so far)`;
    case "endpoint-measured":
      return "one scan that measures the endpoint and finds what is declared by then";
    case "steady":
      return "steady looks, until less than a twentieth of the last ones are changes";
    case "members-gone":
      return "each of its hosts normal again, by the rule of its own kind";
  }
}

/** What opened must be missed for some time, what closed only has to answer. */
function portBack({ anomaly, port }: Known): string {
  const where = anomaly.port === null ? "the port" : `port ${portText(anomaly.port)}`;
  if (CATALOGUE[anomaly.kind].appears !== "port") return `one scan in which ${where} is open again`;
  return `${MISSES_AFTER_RESET} covered scans in a row in which ${where} is refused, or ${MISSES_AFTER_SILENCE} in which nothing answers (${port?.misses ?? 0} so far)`;
}

/** Null: what a declaration says does not age. */
function ages({ anomaly, port }: Known, forgetMs: number): string | null {
  const { absorbed, declaration, gone, appears } = CATALOGUE[anomaly.group?.kind ?? anomaly.kind];
  if (absorbed?.when === "always") return "one scan without a new change: what it shows is the reference already";
  if (declaration === "source") return null;
  const lasts = (since: number) => `it lasts until ${dayText(since + forgetMs)}; from then on it is normal`;
  if (absorbed?.when === "field-stays") {
    const streak = port?.fields.get(absorbed.field)?.streak ?? 0;
    const upgrade = `${SCANS_OF_AN_UPGRADE} covered scans in a row with the newer ${absorbed.field} (${streak} so far)`;
    return `${upgrade}, or ${lasts(anomaly.firstSeen)}`;
  }
  if (gone.when === "port-normal" && appears !== "port")
    return `it stays closed until ${dayText(anomaly.lastSeen + forgetMs)}: then the port is forgotten`;
  if (BECOMING_NORMAL.has(gone.when)) return lasts(port?.since?.at ?? anomaly.firstSeen);
  return `nobody sees it until ${dayText(anomaly.lastSeen + forgetMs)}: then it is forgotten`;
}

/** What lasts becomes the reference by itself. */
const BECOMING_NORMAL: ReadonlySet<Gone["when"]> = new Set<Gone["when"]>([
  "port-normal",
  "port-fields-normal",
  "host-field-normal",
  "stranger-explained",
]);
