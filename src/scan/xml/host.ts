import { type CleanText, cleanText } from "../../domain/clean-text.ts";
import { canonicalMac } from "../../domain/network.ts";
import type { HostObservation, HostProblem } from "../../domain/observation.ts";
import { sampleOfPorts } from "../../domain/port-burst.ts";
import type { RunPhase } from "../../domain/scan-plan.ts";
import { canonicalAddress } from "../../lib/ip.ts";
import type { ScanInfo } from "./document.ts";
import { childOf, childrenOf, rawAttribute, wholeAttribute } from "./element.ts";
import type { XmlElement } from "./xml-element.ts";
import { readOs } from "./os.ts";
import { reasonWord } from "./port-states.ts";
import { answersEverywhere, askedPorts } from "./all-open.ts";
import { readPorts } from "./ports.ts";
import { FIELD, own, readOptional, readText } from "./text.ts";

/** What the rest of the document tells about every host. */
export interface HostContext {
  readonly scanInfo: readonly ScanInfo[];
  readonly phase: RunPhase;
  /** Time of a host element without one of its own, UTC ms. */
  readonly fallbackMs: number;
}

/** A host element as an observation, with the sentence of why it proves no absence, if it does not. */
export interface HostRead {
  readonly observation: HostObservation;
  readonly mismatch: string | null;
}

const MAX_NAMES = 16;

/** Null when the element names no address or no state: it cannot be attributed to a host. */
export function readHost(host: XmlElement, context: HostContext): HostRead | null {
  const address = addressOf(host);
  const status = childOf(host, "status");
  const state = status === undefined ? undefined : rawAttribute(status, "state");
  if (address === null || status === undefined || (state !== "up" && state !== "down")) return null;
  const cuts = new Set<string>();
  const timedOut = rawAttribute(host, "timedout") === "true";
  const read = state === "up" ? readPorts(host, context.scanInfo, cuts) : null;
  const mismatch = timedOut ? null : (read?.mismatch ?? null);
  const open = (read?.ports ?? []).filter((port) => port.state === "open");
  const aggregated = answersEverywhere(open.length, context);
  const measured = read !== null && !timedOut && mismatch === null && !aggregated;
  const observation: HostObservation = {
    address,
    state,
    stateReason: reasonWord(rawAttribute(status, "reason")),
    ...macOf(host, cuts),
    names: namesOf(host, cuts),
    observedAt: timeOf(host) ?? context.fallbackMs,
    coverage: measured ? coverageOf(context) : [],
    ports: aggregated ? [] : (read?.ports ?? []),
    otherStates: read?.otherStates ?? [],
    os: readOs(host, cuts),
    distance: numberOf(host, "distance", "value"),
    srttMicros: numberOf(host, "times", "srtt"),
    problems: problemsOf(timedOut, mismatch),
    allPortsOpen: aggregated ? open.length : null,
    ...(aggregated ? { sample: sampleOfPorts(open) } : {}),
    truncated: [...cuts].toSorted(),
  };
  return { observation, mismatch };
}

/** A host element over the size cap: who it is, that it is up, and how many ports it claims to have open. */
export function readHugeHost(start: XmlElement, openPorts: number, context: HostContext): HostObservation | null {
  const read = readHost(start, { ...context, scanInfo: [] });
  if (read === null) return null;
  const bare = { ...read.observation, coverage: [], problems: ["oversized" as const] };
  if (!answersEverywhere(openPorts, context)) return bare;
  return { ...bare, allPortsOpen: openPorts, sample: sampleOfPorts(askedPorts(context)) };
}

function coverageOf(context: HostContext): HostObservation["coverage"] {
  return context.scanInfo.map((info) => ({ transport: info.protocol, phase: context.phase, ports: info.services }));
}

function problemsOf(timedOut: boolean, mismatch: string | null): readonly HostProblem[] {
  if (timedOut) return ["timed-out"];
  return mismatch === null ? [] : ["port-sum-mismatch"];
}

export function addressOf(host: XmlElement): string | null {
  const element = childrenOf(host, "address").find((a) => rawAttribute(a, "addrtype") !== "mac");
  const address = element === undefined ? null : canonicalAddress(rawAttribute(element, "addr") ?? "");
  return address === null ? null : own(address);
}

function macOf(host: XmlElement, cuts: Set<string>): Pick<HostObservation, "mac" | "macVendor"> {
  const element = childrenOf(host, "address").find((a) => rawAttribute(a, "addrtype") === "mac");
  const mac = element === undefined ? null : canonicalMac(rawAttribute(element, "addr") ?? "");
  if (element === undefined || mac === null) return { mac: null, macVendor: null };
  return { mac: own(mac), macVendor: readOptional(rawAttribute(element, "vendor"), FIELD.vendor, cuts) };
}

/** User-given names first, then PTR names: the operator's word is the better one. */
function namesOf(host: XmlElement, cuts: Set<string>): readonly CleanText[] {
  const parent = childOf(host, "hostnames");
  if (parent === undefined) return [];
  const elements = childrenOf(parent, "hostname");
  const given = elements.filter((e) => rawAttribute(e, "type") === "user");
  const found = elements.filter((e) => rawAttribute(e, "type") !== "user");
  const names = [...given, ...found].flatMap((e) => nameOf(e, cuts) ?? []);
  return [...new Set(names)].slice(0, MAX_NAMES);
}

function nameOf(element: XmlElement, cuts: Set<string>): CleanText | null {
  const raw = rawAttribute(element, "name");
  const name = raw === undefined ? "" : readText(raw, FIELD.name, cuts).toLowerCase().replace(/\.$/, "");
  // Lower case can change the normal form, so the result is cleaned like any other text.
  return name === "" ? null : cleanText(name, FIELD.name);
}

function timeOf(host: XmlElement): number | null {
  const seconds = wholeAttribute(host, "endtime") ?? wholeAttribute(host, "starttime");
  return seconds === null || seconds === 0 ? null : seconds * 1000;
}

function numberOf(host: XmlElement, child: string, attribute: string): number | null {
  const element = childOf(host, child);
  return element === undefined ? null : wholeAttribute(element, attribute);
}
