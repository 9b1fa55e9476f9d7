import type { OsMatch, OsObservation } from "../../domain/observation.ts";
import { decodeText } from "./decode.ts";
import { childOf, childrenOf, rawAttribute, wholeAttribute } from "./element.ts";
import type { XmlElement } from "./xml-element.ts";
import { sharing } from "./sharing.ts";
import { FIELD, own, readOptional, readText } from "./text.ts";

const MAX_MATCHES = 10;
/** Names flicker between runs, families of the matches this close to the best do not (0 % of comparisons). */
const POINTS_BELOW_BEST = 3;
const MAX_STACK_FACTS = 128;
// Changes from run to run on an unchanged host: addresses and ports of the probe, clocks, sequence statistics. The SCAN
// line tells about nmap itself. Over IPv6 nmap prints whole answers (P) and when they were sent and received (ST, RT).
const VOLATILE = /SCAN\([^()]*\)|(?<=[(%])(?:CU|TM|SP|ISR|GCD|TS|D|P|OT|CT|ST|RT)=[^%()]*/g;
/** Hosts of one system have one stack. */
const stacks = sharing<ReadonlyMap<string, string>>(256);

/** Result of `-O`; null when it did not run on this host. */
export function readOs(host: XmlElement, cuts: Set<string>): OsObservation | null {
  const os = childOf(host, "os");
  // Zenmap writes an empty one for every host, asked or not.
  if (os === undefined || os.children.length === 0) return null;
  const candidates = withClasses(os);
  const best = Math.max(0, ...candidates.slice(0, MAX_MATCHES).map(accuracyOf));
  const close = candidates.slice(0, MAX_MATCHES).filter((match) => accuracyOf(match) >= best - POINTS_BELOW_BEST);
  const families = close.flatMap((match) => childrenOf(match, "osclass").map((c) => familyOf(c, cuts)));
  return {
    matches: candidates.slice(0, MAX_MATCHES).map((match) => readMatch(match, cuts)),
    families: [...new Set(families.filter((family) => family !== null))].toSorted(),
    goodConditions: usedTcp(os, "open") && usedTcp(os, "closed"),
    stack: readStack(os),
  };
}

/** Nmap before 6.00 listed the classes beside the matches; the accuracy says which belong together. */
function withClasses(os: XmlElement): readonly XmlElement[] {
  const matches = childrenOf(os, "osmatch");
  const classes = childrenOf(os, "osclass");
  if (classes.length === 0) return matches;
  const classesOf = (match: XmlElement) => classes.filter((osclass) => accuracyOf(osclass) === accuracyOf(match));
  return matches.map((match) => ({ ...match, children: [...match.children, ...classesOf(match)] }));
}

function readMatch(match: XmlElement, cuts: Set<string>): OsMatch {
  const osclass = childOf(match, "osclass");
  const field = (name: string) =>
    osclass === undefined ? null : readOptional(rawAttribute(osclass, name), FIELD.os, cuts);
  return {
    name: readText(rawAttribute(match, "name") ?? "", FIELD.os, cuts),
    accuracy: accuracyOf(match),
    family: field("osfamily"),
    vendor: field("vendor"),
    type: field("type"),
  };
}

function familyOf(osclass: XmlElement, cuts: Set<string>): string | null {
  return readOptional(rawAttribute(osclass, "osfamily"), FIELD.os, cuts);
}

function accuracyOf(match: XmlElement): number {
  return Math.min(100, wholeAttribute(match, "accuracy") ?? 0);
}

function usedTcp(os: XmlElement, state: string): boolean {
  return childrenOf(os, "portused").some(
    (used) => rawAttribute(used, "state") === state && rawAttribute(used, "proto") === "tcp",
  );
}

/** `OS:SEQ(TI=Z%CI=Z)WIN(W1=FFCB%…)…`, wrapped in lines that begin with `OS:` → `SEQ.TI` → `Z`. */
function readStack(os: XmlElement): ReadonlyMap<string, string> {
  const printed = childOf(os, "osfingerprint");
  const raw = printed === undefined ? "" : decodeText(rawAttribute(printed, "fingerprint") ?? "");
  const stable = raw
    .replace(/\n|^OS:|\nOS:/g, "")
    .replaceAll("OS:", "")
    .replace(VOLATILE, "");
  return stacks(stable, () => readFacts(stable));
}

function readFacts(line: string): ReadonlyMap<string, string> {
  const stack = new Map<string, string>();
  for (const [, test = "", facts = ""] of line.matchAll(/([A-Z][A-Z0-9]{0,4})\(([ -'*-~]{0,500})\)/g)) {
    addFacts(stack, test, facts);
  }
  return stack;
}

function addFacts(stack: Map<string, string>, test: string, facts: string): void {
  for (const fact of facts.split("%")) {
    const [, name = "", value = ""] = /^([A-Z0-9]{1,6})=([!-~]{0,64})$/.exec(fact) ?? [];
    if (name === "" || stack.size >= MAX_STACK_FACTS) continue;
    stack.set(own(`${test}.${name}`), own(value));
  }
}
