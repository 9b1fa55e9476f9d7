import ipaddr from "ipaddr.js";

/** A network: `base` in canonical text, prefix length in bits. */
export interface Cidr {
  readonly base: string;
  readonly prefix: number;
  readonly version: 4 | 6;
}

/**
 * Canonical text of one address, or null. Strict on purpose: short, octal and hexadecimal IPv4 forms, zones,
 * Unicode digits and IPv4-mapped IPv6 are refused, because two programs may read them as two different hosts.
 */
export function canonicalAddress(text: string): string | null {
  if (!/^[0-9A-Fa-f:.]{2,45}$/.test(text)) return null;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) return plainIpv4(text);
  if (!text.includes(":") || !ipaddr.IPv6.isValid(text)) return null;
  const parsed = ipaddr.IPv6.parse(text);
  return parsed.isIPv4MappedAddress() ? null : parsed.toRFC5952String();
}

/**
 * Why an IPv6 text that people do write is not an address here, and what to write instead; null when there is nothing
 * better to say than that it is none.
 */
export function addressHint(text: string): string | null {
  if (/^\[.*\]/.test(text)) return "brackets belong to URLs: write the address without them";
  const [address = ""] = text.split("/");
  if (/^[0-9A-Fa-f:.]+%/.test(address) && address.includes(":"))
    return "an address with a zone (%) is link-local: it means a different host on every link; list the global address";
  if (!address.includes(":") || !ipaddr.IPv6.isValid(address)) return null;
  const parsed = ipaddr.IPv6.parse(address);
  if (!parsed.isIPv4MappedAddress()) return null;
  return `an IPv4-mapped address is the IPv4 host itself: write ${parsed.toIPv4Address().toString()}`;
}

function plainIpv4(text: string): string | null {
  const octets = text.split(".");
  const plain = octets.every((o) => /^(0|[1-9]\d{0,2})$/.test(o) && Number(o) <= 255);
  return plain ? text : null;
}

/** How an address is written before a colon and a port: `10.0.0.7`, `[2001:db8::7]`. */
export function bracketed(address: string): string {
  return addressVersion(address) === 6 ? `[${address}]` : address;
}

/** Whether a host as URLs have it, `127.0.0.1`, `[::1]` or `localhost`, is this machine: nobody is between. */
export function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "[::1]") return true;
  return canonicalAddress(host)?.startsWith("127.") === true;
}

export function addressVersion(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}

/** `10.0.0.7` → /32, `10.0.0.9/24` → base 10.0.0.0; null for anything that is not an address or CIDR. */
export function parseCidr(text: string): Cidr | null {
  const [addressText, prefixText, ...rest] = text.split("/");
  const address = addressText === undefined ? null : canonicalAddress(addressText);
  if (address === null || rest.length > 0) return null;
  const version = addressVersion(address);
  const bits = version === 4 ? 32 : 128;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return null;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  return prefix > bits ? null : { base: fromNumber(mask(toNumber(address), prefix, bits), version), prefix, version };
}

export function formatCidr(cidr: Cidr): string {
  return cidr.prefix === (cidr.version === 4 ? 32 : 128) ? cidr.base : `${cidr.base}/${cidr.prefix}`;
}

export function cidrContains(cidr: Cidr, address: string): boolean {
  if (addressVersion(address) !== cidr.version) return false;
  const bits = cidr.version === 4 ? 32 : 128;
  return mask(toNumber(address), cidr.prefix, bits) === toNumber(cidr.base);
}

/** How many addresses; a bigint, since an IPv6 /64 does not fit a number. */
export function cidrSize(cidr: Cidr): bigint {
  return 1n << BigInt((cidr.version === 4 ? 32 : 128) - cidr.prefix);
}

/** Every address of the network, network and broadcast address included. Ask {@link cidrSize} first. */
export function* cidrAddresses(cidr: Cidr): Generator<string> {
  const first = toNumber(cidr.base);
  const count = cidrSize(cidr);
  for (let i = 0n; i < count; i++) yield fromNumber(first + i, cidr.version);
}

/** The fewest networks that hold exactly these addresses; in order, whatever theirs is. */
export function cidrCover(addresses: readonly string[]): readonly Cidr[] {
  return ([4, 6] as const).flatMap((version) => {
    const numbers = addresses.filter((address) => addressVersion(address) === version).map(toNumber);
    return coverOf([...new Set(numbers)].toSorted(compareNumbers), version);
  });
}

function coverOf(numbers: readonly bigint[], version: 4 | 6): readonly Cidr[] {
  const found: Cidr[] = [];
  for (let i = 0; i < numbers.length; ) {
    const size = largestBlock(numbers, i);
    found.push({ base: fromNumber(numbers[i] ?? 0n, version), prefix: (version === 4 ? 32 : 128) - size, version });
    i += 2 ** size;
  }
  return found;
}

/** Bits of the widest network that begins at this place of the list and is full. */
function largestBlock(numbers: readonly bigint[], at: number): number {
  const first = numbers[at] ?? 0n;
  let bits = 0;
  const isFull = (wider: number) =>
    first % (1n << BigInt(wider)) === 0n && numbers[at + 2 ** wider - 1] === first + (1n << BigInt(wider)) - 1n;
  while (isFull(bits + 1)) bits++;
  return bits;
}

function compareNumbers(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders addresses by number, IPv4 before IPv6: the order a person expects in a list. */
export function compareAddresses(a: string, b: string): number {
  const byVersion = addressVersion(a) - addressVersion(b);
  if (byVersion !== 0) return byVersion;
  const [x, y] = [toNumber(a), toNumber(b)];
  return compareNumbers(x, y);
}

function mask(value: bigint, prefix: number, bits: number): bigint {
  const host = BigInt(bits - prefix);
  return (value >> host) << host;
}

function toNumber(address: string): bigint {
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function fromNumber(value: bigint, version: 4 | 6): string {
  const length = version === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 255n));
  const parsed = ipaddr.fromByteArray(bytes);
  return parsed.kind() === "ipv6" ? ipaddr.IPv6.parse(parsed.toString()).toRFC5952String() : parsed.toString();
}
