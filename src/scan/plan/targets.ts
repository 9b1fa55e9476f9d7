import {
  canonicalAddress,
  type Cidr,
  cidrAddresses,
  cidrContains,
  cidrSize,
  compareAddresses,
  formatCidr,
  parseCidr,
} from "../../lib/ip.ts";
import { err, ok, type Result } from "../../lib/result.ts";

/** More addresses in one plan are a mistake or a different product. */
export const MAX_ADDRESSES = 65_536;
/** IPv6 networks are never swept: 256 addresses is the widest that is still a list. */
const WIDEST_IPV6_PREFIX = 120;

/** One entry of `targets`, `exclude` or `fragile` as the operator wrote it, understood. */
export type Target =
  | { readonly kind: "networks"; readonly networks: readonly Cidr[] }
  | { readonly kind: "name"; readonly name: string };

export interface TargetRefusal {
  readonly text: string;
  readonly reason: string;
}

export interface TargetPlan {
  /** Canonical, sorted by number, without duplicates and without excluded addresses. */
  readonly addresses: readonly string[];
  /** What each configured name was resolved to, for this cycle. */
  readonly pinned: ReadonlyMap<string, readonly string[]>;
  /** Canonical CIDRs, handed to nmap a second time as `--exclude`. */
  readonly excluded: readonly string[];
}

export interface TargetInput {
  readonly targets: readonly string[];
  readonly exclude: readonly string[];
  /** Answers of the resolver, asked once per cycle by the caller; null = no answer. */
  readonly resolve: (name: string) => readonly string[] | null;
}

/** The only way from operator text to addresses for nmap. Every refusal is returned, not only the first. */
export function planTargets(input: TargetInput): Result<TargetPlan, readonly TargetRefusal[]> {
  const excluded = readAll(input.exclude);
  const listed = readAll(input.targets);
  const names = resolveNames(listed, input.resolve);
  const excludedNames = resolveNames(excluded, input.resolve);
  const refusals = [excluded, listed, names, excludedNames].flatMap((part) => part.refusals);
  if (refusals.length > 0) return err(refusals);
  const networks = disjoint([...listed.networks, ...names.networks]);
  const total = networks.reduce((sum, network) => sum + cidrSize(network), 0n);
  if (total > BigInt(MAX_ADDRESSES)) return err([tooMany(input.targets, total)]);
  const banned = [...excluded.networks, ...excludedNames.networks];
  const addresses = networks.flatMap((network) => [...cidrAddresses(network)]);
  return ok({
    addresses: addresses.filter((address) => !banned.some((network) => cidrContains(network, address))),
    pinned: names.pinned,
    excluded: disjoint(banned).map(formatCidr),
  });
}

/** `10.0.0.1`, `10.0.0.0/24`, `10.0.0.40-49`, `2001:db8::1`, `db.internal`. Strict: what is doubtful is refused. */
export function readTarget(text: string): Result<Target, string> {
  if (!/^[A-Za-z0-9.:/_-]{1,253}$/.test(text)) return err("only letters, digits and . : / - may occur in a target");
  if (text.startsWith("-")) return err("looks like an option of nmap");
  const range = readRange(text);
  if (range !== null) return range;
  if (/^[0-9A-Fa-f:./]+$/.test(text) && /[.:]/.test(text)) return readNetwork(text);
  return readName(text);
}

function readNetwork(text: string): Result<Target, string> {
  const network = parseCidr(text);
  if (network === null)
    return err("not a plain address or CIDR (short, octal, hexadecimal and mapped forms are refused)");
  if (network.prefix === 0) return err("a /0 is the whole Internet");
  if (network.version === 6 && network.prefix < WIDEST_IPV6_PREFIX) {
    return err(`an IPv6 network wider than /${WIDEST_IPV6_PREFIX} is never swept: list its hosts`);
  }
  if (cidrSize(network) > BigInt(MAX_ADDRESSES)) return err(`more than ${MAX_ADDRESSES} addresses`);
  return ok({ kind: "networks", networks: [network] });
}

/** The last octet may be a range; null when the text is no range at all. */
function readRange(text: string): Result<Target, string> | null {
  const match = /^(\d+\.\d+\.\d+\.)(\d+)-(\d+)$/.exec(text);
  if (match === null) return null;
  const [prefix, from, to] = [match[1] ?? "", Number(match[2]), Number(match[3])];
  const ends = [match[2], match[3]].map((octet) => canonicalAddress(`${prefix}${octet}`));
  if (ends.includes(null) || from > to) return err("not a range of last octets such as 10.0.0.40-49");
  const octets = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return ok({ kind: "networks", networks: octets.flatMap((octet) => parseCidr(`${prefix}${octet}`) ?? []) });
}

// A last label that is a number, also a hexadecimal one, makes resolvers read the whole as an IPv4 address.
const LABEL = /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/;
const NUMBER_LABEL = /^(\d+|0[xX][0-9A-Fa-f]*)$/;

function readName(text: string): Result<Target, string> {
  const labels = text.replace(/\.$/, "").split(".");
  if (!labels.every((label) => LABEL.test(label))) return err("neither an address, a CIDR, a range nor a host name");
  if (NUMBER_LABEL.test(labels.at(-1) ?? "")) return err("a short or hexadecimal address form");
  return ok({ kind: "name", name: labels.join(".").toLowerCase() });
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

/**
 * A name counts only for addresses it may stand for: inside the listed networks, or, when only names are listed,
 * any unicast address beyond this machine. So whoever controls the DNS cannot point a scan elsewhere.
 */
function resolveNames(
  listed: { readonly names: readonly string[]; readonly networks: readonly Cidr[] },
  resolve: TargetInput["resolve"],
): ReadPart & { readonly pinned: ReadonlyMap<string, readonly string[]> } {
  const networks: Cidr[] = [];
  const refusals: TargetRefusal[] = [];
  const pinned = new Map<string, readonly string[]>();
  for (const name of new Set(listed.names)) {
    const answers = resolve(name) ?? [];
    if (answers.length === 0) refusals.push({ text: name, reason: "the name could not be resolved" });
    const kept = answers.flatMap((answer) => parseCidr(answer) ?? []);
    const foreign = kept.find((network) => !mayStandFor(network.base, listed.networks));
    if (kept.length < answers.length) refusals.push({ text: name, reason: "the resolver's answer is not an address" });
    else if (foreign) refusals.push({ text: name, reason: `resolves to ${foreign.base}, which is outside the scope` });
    networks.push(...kept);
    pinned.set(name, kept.map((network) => network.base).sort(compareAddresses));
  }
  return { networks, refusals, pinned };
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

function mayStandFor(address: string, listed: readonly Cidr[]): boolean {
  if (listed.length > 0) return listed.some((network) => cidrContains(network, address));
  return !NEVER_BY_NAME.some((network) => cidrContains(network, address));
}

/** CIDRs nest or are disjoint: sorted with the wider first, a contained one directly follows its container. */
function disjoint(networks: readonly Cidr[]): readonly Cidr[] {
  const sorted = [...networks].sort((a, b) => compareAddresses(a.base, b.base) || a.prefix - b.prefix);
  const kept: Cidr[] = [];
  for (const network of sorted) {
    const last = kept.at(-1);
    if (last === undefined || !cidrContains(last, network.base)) kept.push(network);
  }
  return kept;
}

function tooMany(targets: readonly string[], total: bigint): TargetRefusal {
  return { text: targets.join(", "), reason: `${total} addresses, at most ${MAX_ADDRESSES} fit in one plan` };
}
