import { addressHint, canonicalAddress, type Cidr, cidrContains, cidrSize, parseCidr } from "../lib/ip.ts";
import { err, ok, type Result } from "../lib/result.ts";

/** More addresses in one plan are a mistake or a different product: 65,536 is a /16, beyond it a scan takes days. */
export const MAX_ADDRESSES = 65_536;
/** IPv6 networks are never swept: 256 addresses is the widest that is still a list. */
const WIDEST_IPV6_PREFIX = 120;

/** One entry of `targets`, `exclude` or `--target` as the operator wrote it, understood. */
export type Target =
  | { readonly kind: "networks"; readonly networks: readonly Cidr[] }
  | { readonly kind: "name"; readonly name: string };

/**
 * What may be scanned: `10.0.0.1`, `10.0.0.0/24`, `10.0.0.40-49`, `2001:db8::1`, `db.internal`. Strict: what is doubtful
 * is refused, and so is what is too large to be a list of hosts.
 */
export function readTarget(text: string): Result<Target, string> {
  const read = readMatch(text);
  if (!read.ok || read.value.kind === "name") return read;
  const problem = read.value.networks.map(whyUnscannable).find((reason) => reason !== null);
  return problem === undefined || problem === null ? read : err(problem);
}

/** The same words for what hosts are held against (`exclude`, `fragile`, mutes, …): there a network may be any size. */
export function readMatch(text: string): Result<Target, string> {
  if (text.startsWith("-")) return err("looks like an option of nmap");
  const hint = addressHint(text);
  if (hint !== null) return err(hint);
  if (!/^[A-Za-z0-9.:/_-]{1,253}$/.test(text)) return err("only letters, digits and . : / - may occur in a target");
  const range = readRange(text);
  if (range !== null) return range;
  if (/^[0-9A-Fa-f:./]+$/.test(text) && /[.:]/.test(text)) return readNetwork(text);
  return readName(text);
}

/** Addresses, CIDRs and ranges such as `10.0.0.40-49`, as a test for addresses. Names match nothing. */
export function addressTest(targets: readonly string[]): (address: string) => boolean {
  const networks = targets.flatMap(networksOf);
  return (address) => networks.some((network) => cidrContains(network, address));
}

/** The networks that a text names, of any size; none for a host name or a text that is not a target. */
export function networksOf(text: string): readonly Cidr[] {
  const read = readMatch(text);
  return read.ok && read.value.kind === "networks" ? read.value.networks : [];
}

function readNetwork(text: string): Result<Target, string> {
  const network = parseCidr(text);
  if (network === null) return err(notANetwork(text));
  if (network.prefix === 0) return err("a /0 is the whole Internet; name the networks of this segment");
  return ok({ kind: "networks", networks: [network] });
}

function notANetwork(text: string): string {
  const bits = text.includes(":") ? 128 : 32;
  const prefix = /\/(\d+)$/.exec(text)?.[1];
  if (prefix !== undefined && Number(prefix) > bits) return `prefix length must be 0-${bits}, got "/${prefix}"`;
  return "not an address or CIDR (short, octal and hexadecimal forms are refused)";
}

// A link-local address means another host on every link, and a target does not say which link.
const NO_HOSTS: readonly (readonly [network: Cidr | null, reason: string])[] = [
  [parseCidr("::/128"), "the unspecified address is not a host"],
  [parseCidr("fe80::/10"), "a link-local address means a different host on every link; list the global address"],
  [parseCidr("ff00::/8"), "a multicast address is a group, not a host; list the hosts"],
];

function whyUnscannable(network: Cidr): string | null {
  const nobody = NO_HOSTS.find(([range]) => range !== null && cidrContains(range, network.base));
  if (nobody !== undefined) return nobody[1];
  if (network.version === 6 && network.prefix < WIDEST_IPV6_PREFIX) {
    return `an IPv6 network wider than /${WIDEST_IPV6_PREFIX} is never swept: list its hosts`;
  }
  const size = cidrSize(network);
  return size > BigInt(MAX_ADDRESSES) ? `${size} addresses, at most ${MAX_ADDRESSES} fit in one plan` : null;
}

/** The last octet may be a range; null when the text is not a range at all. */
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
  if (text.includes(":")) return err("not an IPv6 address; ranges are for IPv4, IPv6 hosts are listed one by one");
  const labels = text.replace(/\.$/, "").split(".");
  if (!labels.every((label) => LABEL.test(label))) return err("neither an address, a CIDR, a range nor a host name");
  if (NUMBER_LABEL.test(labels.at(-1) ?? "")) return err("a short or hexadecimal address form");
  return ok({ kind: "name", name: labels.join(".").toLowerCase() });
}
