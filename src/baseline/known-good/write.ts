import type { PortSets } from "../../domain/baseline.ts";
import type { KnownFields, KnownGood, KnownHost } from "../../domain/known-good.ts";
import { portText } from "../../domain/network.ts";
import { shortDigest } from "../../lib/hash.ts";
import { formatIntervals } from "../../lib/intervals.ts";
import { evidenceKey } from "../identity/evidence.ts";

/** Raised with every key that is added: an older program must not leave out what it does not know. */
export const FORMAT_VERSION = 1;

/**
 * JSON Lines: the segment, the port sets that hosts have in common, then every host followed by its ports, and an end that
 * shows whether all of it is there. One line per thing, so that a review sees one line per change.
 */
export function* knownGoodLines(known: KnownGood): Generator<string> {
  yield JSON.stringify({
    tripline: "baseline",
    version: FORMAT_VERSION,
    segment: known.segment,
    ...(known.learned === null ? { part: true } : segmentLine(known.learned)),
    measured: Object.fromEntries(known.measured),
  });
  const sets = new Map(known.hosts.map(({ looked }) => [lookedName(looked), looked] as const));
  for (const [name, looked] of [...sets].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (looked.size > 0) yield JSON.stringify({ looked: name, ...portSets(looked) });
  }
  for (const host of known.hosts) yield* hostLines(host);
  yield JSON.stringify({ end: "baseline" });
}

function segmentLine({ scans, days, networks }: NonNullable<KnownGood["learned"]>): object {
  return { scans, days, ...(networks === null ? {} : { networks }) };
}

function* hostLines(host: KnownHost): Generator<string> {
  const { address, id, evidence, scans, days, looked, answers, fields, ports } = host;
  yield JSON.stringify({
    host: address,
    ...(id === null ? {} : { id }),
    ...(evidence.length === 0 ? {} : { identity: evidence.map(evidenceKey) }),
    scans,
    days,
    ...(looked.size === 0 ? {} : { looked: lookedName(looked) }),
    ...(Object.keys(answers).length === 0 ? {} : { answers }),
    ...values(fields),
  });
  for (const port of ports.values()) {
    const flaps = port.flaps ? { flaps: true } : {};
    yield JSON.stringify({ port: portText(port), host: address, scans: port.scans, ...flaps, ...values(port.fields) });
  }
}

function values<F extends string>(fields: KnownFields<F>): object {
  if (fields.size === 0) return {};
  return { values: Object.fromEntries([...fields].map(([name, all]) => [name, all.length === 1 ? all[0] : all])) };
}

function portSets(looked: PortSets): Record<string, string> {
  return Object.fromEntries([...looked].map(([transport, ports]) => [transport, formatIntervals(ports)]));
}

/** Made of the content: another set elsewhere does not rename it. */
function lookedName(looked: PortSets): string {
  return shortDigest(JSON.stringify(portSets(looked))).slice(0, 8);
}
