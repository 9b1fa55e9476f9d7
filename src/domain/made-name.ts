import { canonicalAddress } from "../lib/ip.ts";

/** Words that a DHCP server or a provider puts before a number; anything else is a name that somebody chose. */
const GENERIC = new Set("addr client dhcp dyn dynamic host ip ipv4 ipv6 lease pool static unknown user".split(" "));
/** So many octets in a row are no coincidence, whatever stands before them. */
const OCTETS = 3;

/**
 * Whether a name is made from the address that it stands for (`host-10-0-0-5`, `5.0.0.10.dyn.example`, `ip-0a000005`,
 * `dhcp-5`): it says where a machine is and not which one. Zero-padded, reversed and hexadecimal forms count too.
 */
export function isMadeFromAddress(name: string, address: string): boolean {
  const text = name.toLowerCase();
  return address.includes(":") ? isMadeFromIpv6(text, address) : isMadeFromIpv4(text, address.split(".").map(Number));
}

function isMadeFromIpv4(name: string, octets: readonly number[]): boolean {
  const [label = ""] = name.split(".");
  const hex = octets.map((octet) => octet.toString(16).padStart(2, "0")).join("");
  const padded = octets.map((octet) => String(octet).padStart(3, "0")).join("");
  if (new RegExp(`(?<![0-9a-f])${hex}(?![0-9a-f])`).test(label) || label.includes(padded)) return true;
  return holdsOctets(numbersIn(name), octets) || isNumbered(label, octets);
}

function holdsOctets(numbers: readonly number[], octets: readonly number[]): boolean {
  const last = octets.slice(-OCTETS);
  return holds(numbers, last) || holds(numbers, last.toReversed());
}

function holds(numbers: readonly number[], wanted: readonly number[]): boolean {
  return numbers.some((_, i) => wanted.every((one, j) => numbers[i + j] === one));
}

/** `dhcp-5`, `host-0-5`: a generic word and the last octets. */
function isNumbered(label: string, octets: readonly number[]): boolean {
  const numbers = numbersIn(label);
  const words = label.match(/[a-z]+(?:v[46])?/g) ?? [];
  const isLast = numbers.length > 0 && numbers.every((one, i) => one === octets[octets.length - numbers.length + i]);
  return isLast && words.length > 0 && words.every((word) => GENERIC.has(word));
}

function numbersIn(text: string): readonly number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}

/** The address itself with hyphens, or all its digits; with a word before it or not. */
function isMadeFromIpv6(name: string, address: string): boolean {
  const [label = ""] = name.split(".");
  const [, ...rest] = label.split("-");
  const candidates = [label, rest.join("-")].map((text) => canonicalAddress(text.replaceAll("-", ":")));
  return candidates.includes(canonicalAddress(address)) || label.includes(digitsOf(address));
}

/** All 32. */
function digitsOf(address: string): string {
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  return [...before, ...zeros, ...after].map((group) => group.padStart(4, "0")).join("");
}
