import { type Intervals, includes, normalise, size } from "../../lib/intervals.ts";
import { canonicalAddress, type Cidr, cidrContains, cidrSize, parseCidr } from "../../lib/ip.ts";

/** A host as far as a target expression can mean it. */
export interface Place {
  readonly address: string;
  readonly names: readonly string[];
}

/**
 * What a recorded command line says about its targets. `unreadable`: they are in a file, are random or are written in
 * a way that is not understood. `none`: it names no target, so it is not a command line that nmap ran.
 */
export type RecordedTargets =
  | {
      readonly kind: "known";
      readonly covers: (place: Place) => boolean;
      /** Those that mean more than one address, as they were written. */
      readonly networks: readonly string[];
      /** Host names, in lower case. */
      readonly names: readonly string[];
      /** How many hosts nmap counts if every name stands for one; null where exclusions make that hard to say. */
      readonly hosts: number | null;
    }
  | { readonly kind: "unreadable" }
  | { readonly kind: "none" };

// Options of nmap whose value may be a word of its own; with getopt one or two hyphens mean the same.
const TAKES_VALUE: ReadonlySet<string> = new Set(
  (
    "-p -e -S -D -g -sI -b -T -m -oN -oX -oG -oA -oS -oH -oM --exclude-ports --top-ports --port-ratio --script --script-args " +
    "--script-args-file --script-help --script-timeout --version-intensity --max-retries --host-timeout --min-rate " +
    "--max-rate --min-parallelism --max-parallelism --min-hostgroup --max-hostgroup --min-rtt-timeout --max-rtt-timeout " +
    "--initial-rtt-timeout --scan-delay --max-scan-delay --max-os-tries --datadir --servicedb --versiondb --stylesheet " +
    "--stats-every --ttl --data --data-string --data-length --ip-options --proxies --proxy --spoof-mac --dns-servers --mtu " +
    "--source-port --scanflags --nsock-engine --route-dst --resume"
  ).split(" "),
);
const FROM_A_FILE = /^(?:-iL|-iR|--excludefile|--resume)/;
const WORD = /"(?:[^"\\]|\\.)*"|\S+/g;

/** Reads the words of a recorded command line, the program first. Targets are data here: they decide what was asked. */
export function recordedTargets(argv: readonly string[]): RecordedTargets {
  const words = argv.join(" ").match(WORD)?.slice(1) ?? [];
  if (words.some((word) => FROM_A_FILE.test(word))) return { kind: "unreadable" };
  const excluded = words.flatMap((word, i) => excludedBy(word, words[i + 1]));
  const targets = words.filter((word, i) => !word.startsWith("-") && !isValue(words[i - 1]));
  if (targets.length === 0) return { kind: "none" };
  const [asked, banned] = [targets.map(readTarget), excluded.map(readTarget)];
  if ([...asked, ...banned].includes(null)) return { kind: "unreadable" };
  const means = (tests: typeof asked, place: Place) => tests.some((test) => test?.(place) === true);
  return {
    kind: "known",
    covers: (place) => means(asked, place) && !means(banned, place),
    networks: targets.filter(isNetwork),
    names: targets.filter((text) => countOf(text) === null).map((text) => text.toLowerCase()),
    hosts: excluded.length > 0 ? null : targets.reduce((sum, text) => sum + (countOf(text) ?? 1), 0),
  };
}

/** How many addresses it means; null for a name. */
function countOf(text: string): number | null {
  const cidr = parseCidr(text.replace(/%[\w.-]+/, ""));
  if (cidr !== null) return Number(cidrSize(cidr));
  const octets = text.split(".").map(readOctet);
  if (octets.length !== 4 || octets.includes(null)) return null;
  return octets.reduce((product, octet) => product * size(octet ?? []), 1);
}

function isValue(former: string | undefined): boolean {
  return former !== undefined && (former === "--exclude" || TAKES_VALUE.has(former));
}

function excludedBy(word: string, next: string | undefined): readonly string[] {
  if (word.startsWith("--exclude=")) return word.slice("--exclude=".length).split(",");
  return word === "--exclude" && next !== undefined ? next.split(",") : [];
}

/** A network or a range: not one address, and not a name, which may mean any. */
function isNetwork(text: string): boolean {
  const octets = text.split(".").map(readOctet);
  const readable = parseCidr(text) !== null || (octets.length === 4 && !octets.includes(null));
  return readable && canonicalAddress(text) === null;
}

type Test = (place: Place) => boolean;

function readTarget(text: string): Test | null {
  const cidr: Cidr | null = parseCidr(text.replace(/%[\w.-]+/, ""));
  if (cidr !== null) return ({ address }) => cidrContains(cidr, address);
  const octets = text.split(".").map(readOctet);
  const [a, b, c, d] = octets;
  if (octets.length === 4 && a && b && c && d) return ({ address }) => matchesOctets([a, b, c, d], address);
  const name = text.toLowerCase();
  return /^(?=.*[a-z])[a-z0-9_][a-z0-9._-]*$/.test(name) ? ({ names }) => names.includes(name) : null;
}

/** `7`, `0-3`, `1,3,5-7`, `*`, `-` and `200-`: nmap's lists of one octet. */
function readOctet(text: string): Intervals | null {
  const parts = text.split(",").map((part) => /^(?:\*|(\d{0,3})(-?)(\d{0,3}))$/.exec(part));
  if (parts.some((part) => part === null || part[0] === "")) return null;
  const pairs = parts.map((part): [number, number] => {
    const [from, hyphen, to] = [part?.[1] ?? "", part?.[2] ?? "-", part?.[3] ?? ""];
    const low = from === "" ? 0 : Number(from);
    return [low, hyphen === "" ? low : to === "" ? 255 : Number(to)];
  });
  return pairs.every(([from, to]) => from <= to && to <= 255) ? normalise(pairs) : null;
}

function matchesOctets(lists: readonly Intervals[], address: string): boolean {
  if (address.includes(":") || canonicalAddress(address) === null) return false;
  return address.split(".").every((octet, i) => includes(lists[i] ?? [], Number(octet)));
}
