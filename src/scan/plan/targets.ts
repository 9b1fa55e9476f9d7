import { disjoint } from "../../domain/scope.ts";
import { MAX_ADDRESSES, readMatch, readTarget } from "../../domain/target.ts";
import type { TargetPlan, TargetRefusal } from "../../domain/target-plan.ts";
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

export interface TargetInput {
  readonly targets: readonly string[];
  readonly exclude: readonly string[];
  /** Answers of the resolver, asked once per cycle by the caller; null = no answer. */
  readonly resolve: (name: string) => readonly string[] | null;
  /** Whether this machine has IPv6 beyond itself. */
  readonly ipv6: boolean;
}

/** The names among them, in lower case: what a resolver must be asked before {@link planTargets}. */
export function namesIn(texts: readonly string[]): readonly string[] {
  return [...new Set(readAll(texts, readMatch).names)];
}

/**
 * The only way from operator text to addresses for nmap. Every refusal is returned, not only the first. A target name
 * that does not resolve leaves its hosts unmeasured; an excluded one is a refusal, because the hosts to leave out are
 * unknown.
 */
export function planTargets(input: TargetInput): Result<TargetPlan, readonly TargetRefusal[]> {
  const excluded = readAll(input.exclude, readMatch);
  const listed = readAll(input.targets, readTarget);
  const { resolve } = input;
  const askable = familyTest(listed.networks, input.ipv6);
  const names = resolveNames(listed.names, { resolve, askable, allowed: standsFor(listed.networks) });
  const spared = resolveNames(excluded.names, { resolve, askable: () => true, allowed: () => true });
  const refusals = [excluded, listed, spared].flatMap((part) => part.refusals);
  if (refusals.length > 0) return err(refusals);
  const networks = disjoint([...listed.networks, ...names.networks]);
  const total = networks.reduce((sum, network) => sum + cidrSize(network), 0n);
  if (total > BigInt(MAX_ADDRESSES)) return err([tooMany(input.targets, total)]);
  const banned = [...excluded.networks, ...spared.networks];
  const scope = networks.flatMap((network) => [...cidrAddresses(network)]);
  const addresses = scope.filter((address) => !banned.some((network) => cidrContains(network, address)));
  // A name that stands for nothing today is another matter: its hosts are not measured, and that is reported.
  if (addresses.length === 0 && names.refusals.length === 0) return err([nothingLeft(input)]);
  return ok({
    addresses,
    scope: new Set(scope),
    pinned: names.pinned,
    unmeasured: names.refusals,
    leftOut: names.leftOut,
    excluded: disjoint(banned).map(formatCidr),
  });
}

interface ReadPart {
  readonly networks: readonly Cidr[];
  readonly refusals: readonly TargetRefusal[];
}

function readAll(
  texts: readonly string[],
  readWith: typeof readTarget,
): ReadPart & { readonly names: readonly string[] } {
  const read = texts.map((text) => ({ text, result: readWith(text) }));
  const targets = read.flatMap(({ result }) => (result.ok ? [result.value] : []));
  return {
    networks: targets.flatMap((target) => (target.kind === "networks" ? target.networks : [])),
    names: targets.flatMap((target) => (target.kind === "name" ? [target.name] : [])),
    refusals: read.flatMap(({ text, result }) => (result.ok ? [] : [{ text, reason: result.error }])),
  };
}

interface Resolution {
  readonly resolve: TargetInput["resolve"];
  /** False for answers of a family that cannot or must not be asked. */
  readonly askable: (answer: Cidr) => boolean;
  readonly allowed: (address: string) => boolean;
}

interface Resolved extends ReadPart {
  readonly pinned: ReadonlyMap<string, readonly string[]>;
  readonly leftOut: readonly TargetRefusal[];
}

/** All answers of a name count, or none: part of them would look like hosts that vanished. */
function resolveNames(names: readonly string[], how: Resolution): Resolved {
  const networks: Cidr[] = [];
  const refusals: TargetRefusal[] = [];
  const leftOut: TargetRefusal[] = [];
  const pinned = new Map<string, readonly string[]>();
  for (const name of new Set(names)) {
    const answers = how.resolve(name) ?? [];
    const all = answers.flatMap((answer) => parseCidr(answer) ?? []);
    const read = all.some(how.askable) ? all.filter(how.askable) : all;
    const reason = answers.length > all.length ? "the resolver's answer is not an address" : answerProblem(read, how);
    if (reason !== null) {
      refusals.push({ text: name, reason });
      continue;
    }
    networks.push(...read);
    leftOut.push(...all.filter((one) => !read.includes(one)).map((one) => ({ text: name, reason: notAsked(one) })));
    pinned.set(name, read.map((network) => network.base).sort(compareAddresses));
  }
  return { networks, refusals, pinned, leftOut };
}

function notAsked({ base, version }: Cidr): string {
  return `${base} is left out: targets list no IPv${version} network, or this machine does not speak IPv${version}`;
}

/**
 * A name with addresses of both families is asked in the families that are listed, or all where only names are; and in
 * IPv6 only if this machine has it. The choice is the same in every cycle, so that no host seems to vanish.
 */
function familyTest(listed: readonly Cidr[], ipv6: boolean): (answer: Cidr) => boolean {
  const families = new Set(listed.map((network) => network.version));
  return ({ base, version }) => {
    const wanted = families.size === 0 || families.has(version);
    return wanted && (version === 4 || ipv6 || base === "::1");
  };
}

function answerProblem(read: readonly Cidr[], { allowed }: Resolution): string | null {
  if (read.length === 0) return "the name could not be resolved";
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
    reason: `exclude (${exclude.join(", ")}) covers all of it, so nothing is left to scan`,
  };
}
