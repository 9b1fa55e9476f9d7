import { disjoint } from "../../domain/scope.ts";
import { MAX_ADDRESSES, readTarget } from "../../domain/target.ts";
import {
  type Cidr,
  cidrAddresses,
  cidrContains,
  cidrSize,
  compareAddresses,
  formatCidr,
  parseCidr,
} from "../../lib/ip.ts";
import { err, ok, type Result } from "../../lib/result.ts";

export interface TargetRefusal {
  readonly text: string;
  readonly reason: string;
}

export interface TargetPlan {
  /** Canonical, sorted by number, without duplicates and without excluded addresses. */
  readonly addresses: readonly string[];
  /** As addresses, before exclusion: what the configuration allows in this cycle. */
  readonly scope: ReadonlySet<string>;
  /** What each configured name was resolved to, for this cycle. */
  readonly pinned: ReadonlyMap<string, readonly string[]>;
  /** Names that stand for nothing in this cycle: their hosts are not measured, hence not absent. */
  readonly unmeasured: readonly TargetRefusal[];
  /** Canonical CIDRs, handed to nmap a second time as `--exclude`. */
  readonly excluded: readonly string[];
}

export interface TargetInput {
  readonly targets: readonly string[];
  readonly exclude: readonly string[];
  /** Answers of the resolver, asked once per cycle by the caller; null = no answer. */
  readonly resolve: (name: string) => readonly string[] | null;
}

/** The names among them, in lower case: what a resolver must be asked before {@link planTargets}. */
export function namesIn(texts: readonly string[]): readonly string[] {
  return [...new Set(readAll(texts).names)];
}

/**
 * The only way from operator text to addresses for nmap. Every refusal is returned, not only the first. A target name
 * that does not resolve leaves its hosts unmeasured; an excluded one is a refusal, since nobody knows whom to spare.
 */
export function planTargets(input: TargetInput): Result<TargetPlan, readonly TargetRefusal[]> {
  const excluded = readAll(input.exclude);
  const listed = readAll(input.targets);
  const names = resolveNames(listed.names, { resolve: input.resolve, allowed: standsFor(listed.networks) });
  const spared = resolveNames(excluded.names, { resolve: input.resolve, allowed: () => true });
  const refusals = [excluded, listed, spared].flatMap((part) => part.refusals);
  if (refusals.length > 0) return err(refusals);
  const networks = disjoint([...listed.networks, ...names.networks]);
  const total = networks.reduce((sum, network) => sum + cidrSize(network), 0n);
  if (total > BigInt(MAX_ADDRESSES)) return err([tooMany(input.targets, total)]);
  const banned = [...excluded.networks, ...spared.networks];
  const scope = networks.flatMap((network) => [...cidrAddresses(network)]);
  const addresses = scope.filter((address) => !banned.some((network) => cidrContains(network, address)));
  // A name that stands for nothing today is another matter: its hosts are not measured, and that is told.
  if (addresses.length === 0 && names.refusals.length === 0) return err([nothingLeft(input)]);
  return ok({
    addresses,
    scope: new Set(scope),
    pinned: names.pinned,
    unmeasured: names.refusals,
    excluded: disjoint(banned).map(formatCidr),
  });
}

interface ReadPart {
  readonly networks: readonly Cidr[];
  readonly refusals: readonly TargetRefusal[];
}

function readAll(texts: readonly string[]): ReadPart & { readonly names: readonly string[] } {
  const read = texts.map((text) => ({ text, result: readTarget(text) }));
  const targets = read.flatMap(({ result }) => (result.ok ? [result.value] : []));
  return {
    networks: targets.flatMap((target) => (target.kind === "networks" ? target.networks : [])),
    names: targets.flatMap((target) => (target.kind === "name" ? [target.name] : [])),
    refusals: read.flatMap(({ text, result }) => (result.ok ? [] : [{ text, reason: result.error }])),
  };
}

interface Resolution {
  readonly resolve: TargetInput["resolve"];
  readonly allowed: (address: string) => boolean;
}

/** All answers of a name count, or none: half an answer would look like hosts that vanished. */
function resolveNames(
  names: readonly string[],
  how: Resolution,
): ReadPart & { readonly pinned: ReadonlyMap<string, readonly string[]> } {
  const networks: Cidr[] = [];
  const refusals: TargetRefusal[] = [];
  const pinned = new Map<string, readonly string[]>();
  for (const name of new Set(names)) {
    const answers = how.resolve(name) ?? [];
    const read = answers.flatMap((answer) => parseCidr(answer) ?? []);
    const reason = answerProblem(answers, read, how);
    if (reason !== null) {
      refusals.push({ text: name, reason });
      continue;
    }
    networks.push(...read);
    pinned.set(name, read.map((network) => network.base).sort(compareAddresses));
  }
  return { networks, refusals, pinned };
}

function answerProblem(answers: readonly string[], read: readonly Cidr[], { allowed }: Resolution): string | null {
  if (answers.length === 0) return "the name could not be resolved";
  if (read.length < answers.length) return "the resolver's answer is not an address";
  const foreign = read.find((network) => !allowed(network.base));
  return foreign === undefined ? null : `resolves to ${foreign.base}, which is outside the scope`;
}

// Unspecified, loopback, link-local (also cloud metadata), multicast and reserved.
const NEVER_BY_NAME = [
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/3",
  "::/128",
  "::1",
  "fe80::/10",
  "ff00::/8",
].flatMap((text) => parseCidr(text) ?? []);

/**
 * A name counts only for addresses it may stand for: inside the listed networks, or, when only names are listed, any
 * unicast address beyond this machine. So whoever controls the DNS cannot point a scan elsewhere.
 */
function standsFor(listed: readonly Cidr[]): (address: string) => boolean {
  if (listed.length > 0) return (address) => listed.some((network) => cidrContains(network, address));
  return (address) => !NEVER_BY_NAME.some((network) => cidrContains(network, address));
}

function tooMany(targets: readonly string[], total: bigint): TargetRefusal {
  return { text: targets.join(", "), reason: `${total} addresses, at most ${MAX_ADDRESSES} fit in one plan` };
}

function nothingLeft({ targets, exclude }: TargetInput): TargetRefusal {
  return {
    text: targets.join(", "),
    reason: `exclude (${exclude.join(", ")}) covers all of it, nothing is left to scan`,
  };
}
