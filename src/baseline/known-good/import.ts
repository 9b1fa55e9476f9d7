import type { HostBaseline, PortBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import { HISTORY_BITS } from "../../domain/baseline.ts";
import type { KnownGood, KnownHost, KnownPort } from "../../domain/known-good.ts";
import { HOUR_CLASSES } from "../../domain/rhythm.ts";
import { withSettled } from "../churn/count.ts";
import { coverageKey } from "../coverage.ts";
import { evidenceKey, inOrder, referenceEvidence } from "../identity/evidence.ts";
import { newHostId } from "../identity/identify.ts";
import { importFields, type ImportRule } from "./import-field.ts";
import { matchHosts } from "./match.ts";

export interface Imported {
  readonly baseline: SegmentBaseline;
  /** Ids of the hosts that changed or were added. */
  readonly touched: ReadonlySet<string>;
  /** Addresses of hosts of the file that were left out: here another machine is known at that address. */
  readonly others: readonly string[];
}

/**
 * What a file says becomes normal. Nothing that is normal here stops being normal, unless the import replaces. Hosts and ports that
 * were never seen here are expected from now on. Counts of looks and days are those of the file where they are higher.
 */
export function importKnownGood(live: SegmentBaseline, file: KnownGood, rule: ImportRule): Imported {
  const here = [...live.hosts.values()];
  const matched = matchHosts(file.hosts, here);
  const at = { ...rule, segment: live.segment, taken: new Set(live.hosts.keys()), owners: ownersOf(here) };
  const others = othersAt(file, here, matched);
  const wanted = rule.replace ? file.hosts : file.hosts.filter((said) => !others.has(said));
  const made = wanted.map((said) => {
    const known = matched.get(said) ?? others.get(said) ?? null;
    if (known === null) return withFile(newHost(said, at), said, at);
    const step = { before: known, after: withFile(known, said, at), relearned: new Set<never>(), firstAsked: false };
    return withSettled(step, live);
  });
  const hosts = new Map([...live.hosts, ...made.map((host) => [host.id, host] as const)]);
  return {
    baseline: segmentWith({ ...live, hosts }, file, rule),
    touched: new Set(made.map(({ id }) => id)),
    others: rule.replace ? [] : [...others.keys()].map(({ address }) => address),
  };
}

/** Hosts of the file at whose address this baseline knows a machine that is not in the file. */
function othersAt(
  file: KnownGood,
  here: readonly HostBaseline[],
  matched: ReadonlyMap<KnownHost, HostBaseline>,
): ReadonlyMap<KnownHost, HostBaseline> {
  const found = new Set(matched.values());
  const left = here.filter((host) => host.current === "up" && !found.has(host));
  const byAddress = new Map(left.map((host) => [host.address, host]));
  const unmatched = file.hosts.filter((said) => !matched.has(said));
  return new Map(
    unmatched.flatMap((said) => {
      const other = byAddress.get(said.address);
      return other === undefined ? [] : [[said, other] as const];
    }),
  );
}

interface Importing extends ImportRule {
  readonly segment: string;
  readonly taken: Set<string>;
  /** Ids of hosts by the evidence that is theirs. */
  readonly owners: ReadonlyMap<string, string>;
}

const DAY_MS = 86_400_000;

/** A part says nothing about the segment. */
function segmentWith(live: SegmentBaseline, { learned, measured }: KnownGood, { at }: ImportRule): SegmentBaseline {
  const comparability = new Map([...measured, ...live.comparability]);
  if (learned === null) return { ...live, comparability };
  const { scans, days, networks } = learned;
  const started = at.at - days * DAY_MS;
  const { asked } = live.vantage;
  const both = live.scans === 0 ? [...(networks ?? [])] : [...(asked ?? []), ...(networks ?? [])];
  const areKnown = networks !== null && (asked !== undefined || live.scans === 0);
  return {
    ...live,
    comparability,
    scans: Math.max(live.scans, scans),
    startedAt: Math.min(live.startedAt ?? started, started),
    watchedMs: Math.max(live.watchedMs, days * DAY_MS),
    vantage: areKnown ? { ...live.vantage, asked: [...new Set(both)] } : live.vantage,
  };
}

function newHost({ address, id, evidence }: KnownHost, { at, segment, taken }: Importing): HostBaseline {
  const free = id !== null && !taken.has(id);
  if (free) taken.add(id);
  const first = evidence[0] ?? { kind: "address" as const, value: address };
  return {
    id: free ? id : newHostId(first, { segment, taken }),
    evidence: [],
    address,
    reference: "known",
    current: "up",
    misses: 0,
    covered: 0,
    firstSeen: at,
    lastSeen: at,
    osAskedAt: null,
    fields: new Map(),
    ports: new Map(),
    coverage: [],
  };
}

function withFile(known: HostBaseline, said: KnownHost, rule: Importing): HostBaseline {
  const { at } = rule;
  const looks = { ...rule, looks: said.scans };
  const fields = importFields(known.fields, new Map([...said.fields, ["ip", [said.address]] as const]), looks);
  const host: HostBaseline = {
    ...known,
    reference: "known",
    covered: Math.max(known.covered, said.scans),
    firstSeen: earlier(known.firstSeen, { scan: known.firstSeen.scan, at: at.at - said.days * DAY_MS }),
    fields,
    ports: importPorts(known, said, rule),
    coverage: importCoverage(known, said, at.scan),
    ...(known.rhythm === undefined ? rhythmOf(said) : {}),
  };
  return { ...host, evidence: evidenceWith(host, said, rule) };
}

function earlier<S extends { readonly at: number }>(a: S, b: S): S {
  return b.at < a.at ? b : a;
}

/** Ports of the file are normally open. One that is normally closed here stays so, unless the file replaces. */
function importPorts(known: HostBaseline, said: KnownHost, rule: Importing): HostBaseline["ports"] {
  const ports = new Map(known.ports);
  for (const [key, port] of said.ports) {
    const before = known.ports.get(key);
    const closedByRight = before !== undefined && before.reference === "closed" && before.current === "closed";
    if (!closedByRight || rule.replace) ports.set(key, importPort(before, port, rule));
  }
  if (!rule.replace) return ports;
  for (const [key, port] of known.ports) {
    if (said.ports.has(key)) continue;
    if (port.current === "closed") ports.delete(key);
    else ports.set(key, { ...port, reference: "closed", since: port.since ?? rule.at });
  }
  return ports;
}

/** Twice closed, twice open, and so on: what flaps keeps flapping until it was steady for long. */
const FLAPPED = 0b1_1001_1001_1001_1001_1001;

function importPort(before: PortBaseline | undefined, said: KnownPort, rule: Importing): PortBaseline {
  const { transport, number, scans, flaps } = said;
  const looks = { ...rule, looks: scans };
  if (before !== undefined) {
    const { since: _, ...port } = before;
    // A port that is not normal has no normal values yet: what it shows stands for them until somebody says what is.
    const replace = rule.replace || port.reference === "closed";
    const fields = importFields(port.fields, said.fields, { ...looks, replace });
    return { ...port, reference: "open", opened: Math.max(port.opened, scans), fields };
  }
  return {
    transport,
    number,
    reference: "open",
    current: "open",
    misses: 0,
    opened: scans,
    firstSeen: rule.at,
    lastSeen: rule.at,
    history: flaps ? FLAPPED : 2 ** Math.min(scans, HISTORY_BITS) - 1,
    ...(flaps ? { flapping: true } : {}),
    fields: importFields(new Map(), said.fields, looks),
    fingerprinted: null,
  };
}

function importCoverage(
  { coverage }: HostBaseline,
  { looked, scans }: KnownHost,
  scan: number,
): HostBaseline["coverage"] {
  const sets = new Map(coverage.map((set) => [coverageKey(set), set]));
  for (const [transport, ports] of looked) {
    const set = { transport, phase: "ports" as const, ports, scans: Math.max(1, scans), first: scan, last: scan };
    if (!sets.has(coverageKey(set))) sets.set(coverageKey(set), set);
  }
  return [...sets.values()];
}

const TENTHS = 10;

function rhythmOf({ answers }: KnownHost): Pick<HostBaseline, "rhythm"> {
  const shares = HOUR_CLASSES.flatMap((hours) => {
    const up = answers[hours];
    return up === undefined ? [] : [[hours, { asked: TENTHS, up }] as const];
  });
  return shares.length === 0 ? {} : { rhythm: Object.fromEntries(shares) };
}

function ownersOf(hosts: readonly HostBaseline[]): ReadonlyMap<string, string> {
  return new Map(hosts.flatMap(({ id, evidence }) => evidence.map((one) => [evidenceKey(one), id] as const)));
}

/** What is normal and in the file, or was its own before; nothing that another host calls its own. */
function evidenceWith(host: HostBaseline, said: KnownHost, { owners }: Importing): HostBaseline["evidence"] {
  const normal = new Set(referenceEvidence(host).map(evidenceKey));
  const address = { kind: "address" as const, value: said.address, strong: false };
  const added = said.evidence.filter((one) => (owners.get(evidenceKey(one)) ?? host.id) === host.id);
  return inOrder([...host.evidence, ...added, address].filter((one) => normal.has(evidenceKey(one))));
}
