import { includes } from "../lib/intervals.ts";
import { isOpeningAlerted, NOTHING_ALERTED } from "../domain/alerted.ts";
import type { HostBaseline, PortBaseline, Seen } from "../domain/baseline.ts";
import type { HostField } from "../domain/fields/host.ts";
import type { AbsentHost, CycleView, HostView } from "../domain/cycle.ts";
import { isDeviating } from "../domain/fields/normal.ts";
import { hostFieldValues } from "../domain/fields/values.ts";
import { withAnswer } from "../domain/flapping.ts";
import { forgetAfter, hasHabits, hostMature } from "../domain/maturity.ts";
import { parsePortKey, portKey } from "../domain/network.ts";
import type { PortKey, PortRef } from "../domain/network.ts";
import type { PortObservation } from "../domain/observation.ts";
import { provesAbsence } from "../domain/nmap-run.ts";
import { type PortBurst, portBurst } from "../domain/port-burst.ts";
import { type HourClass, learnRhythm, type Rhythm } from "../domain/rhythm.ts";
import { teaches } from "../domain/safe-period.ts";
import { lookAt, settleHost } from "../domain/settle.ts";
import { addCoverage, confirmedCoverage, portsMeasured } from "./coverage.ts";
import { isOld } from "./age.ts";
import { learnEvidence } from "./identity/learn-evidence.ts";
import { agedBurst, burstLeftOut, rememberBurst } from "./learn-burst.ts";
import { learnFields } from "./learn-field.ts";
import { learnPort, type PortLesson } from "./learn-port.ts";
import {
  hostFieldAbsorb,
  isPortHeld,
  isTaught,
  mayFollow,
  portFieldsAbsorb,
  presenceAbsorb,
  relearnedHere,
} from "./may-learn.ts";

/** What is known in addition to the look itself. */
export interface HostLesson {
  /** In which the cycle runs. */
  readonly hours: HourClass;
  /** Ports of this host that a declaration makes normal; absent: none. */
  readonly declared?: ReadonlySet<PortKey>;
  /** Of this host what is an alert that nobody accepted; absent: nothing. */
  readonly alerted?: ReadonlySet<string>;
}

/** What is remembered of a host after it was seen. */
export function learnHost(
  view: CycleView,
  host: HostView,
  { hours: of, declared = NOTHING_DECLARED, alerted = NOTHING_ALERTED }: HostLesson,
): HostBaseline {
  const { known, observation } = host;
  const hours = { of, teach: isTaught(view, host) };
  const seen: Seen = { scan: view.context.scanNumber, at: observation.observedAt };
  const burst = portBurst(view, host, declared);
  const ports = learnPorts(view, host, { declared, burst, alerted });
  const learned: HostBaseline = {
    id: host.id,
    evidence: known?.evidence ?? host.identity.evidence,
    address: observation.address,
    reference: referenceOf(view, host, seen),
    ...settledUp(known),
    covered: (known?.covered ?? 0) + (portsMeasured(observation) && teaches(view.context) ? 1 : 0),
    firstSeen: known?.firstSeen ?? seen,
    lastSeen: seen,
    osAskedAt: observation.os === null ? (known?.osAskedAt ?? null) : observation.observedAt,
    fields: learnFields(known?.fields ?? new Map(), learnableFields(known, hostFieldValues(observation)), {
      moment: { seen, forgetMs: forgetAfter(view.context) },
      absorb: (field) => hostFieldAbsorb(view, host, field),
      looks: (field) => (field === "os_best" ? (observation.os?.looks ?? 1) : 1),
    }),
    ports,
    coverage: coverageAfter(view, host),
    ...rememberBurst(view, host, { burst, ports }),
    ...(known?.churn === undefined ? {} : { churn: known.churn }),
    ...rhythmAfter(known?.rhythm, hours, true),
    ...answersOf(view, known, true),
  };
  const evidenced = { ...learned, evidence: learnEvidence(learned, host) };
  return teaches(view.context) ? agedBurst(evidenced, forgetAfter(view.context)) : evidenced;
}

const NOTHING_DECLARED: ReadonlySet<PortKey> = new Set();

/** A stranger that stays stops being one. */
function referenceOf(view: CycleView, host: HostView, seen: Seen): HostBaseline["reference"] {
  const { known } = host;
  if (known === null) return isNews(view, host) ? "new" : "known";
  const stayed = known.current === "up" && hostMature(known, view.context.maturity, seen.at);
  const old = teaches(view.context) && isOld(known.firstSeen, seen, forgetAfter(view.context));
  return stayed && old ? "known" : known.reference;
}

/** An unknown host waits for an accept, unless it may have been there all along. */
function isNews(view: CycleView, host: HostView): boolean {
  return view.mature && !view.relearned.has("presence") && host.firstAsked !== true;
}

/** When a cycle runs, and whether hours of this kind may be learned that were not seen before. */
export interface Hours {
  readonly of: HourClass;
  readonly teach: boolean;
}

function rhythmAfter(rhythm: Rhythm | undefined, hours: Hours, up: boolean): Pick<HostBaseline, "rhythm"> {
  if (hours.teach || rhythm?.[hours.of] !== undefined) return { rhythm: learnRhythm(rhythm ?? {}, hours.of, up) };
  return rhythm === undefined ? {} : { rhythm };
}

/** A host that was asked and did not answer. A host that is gone has no rhythm. */
export function learnAbsence(view: CycleView, absent: AbsentHost, hours: Hours): HostBaseline {
  const { known, answer, asleep = false } = absent;
  const settled = settleHost(known, answer);
  if (!settled.measured && !asleep) return known;
  const { state: current, misses } = settled;
  const { answers: _, ...rest } = known;
  const rhythm = known.current === "gone" ? {} : rhythmAfter(known.rhythm, hours, false);
  return { ...rest, current, misses, ...rhythm, ...answersOf(view, known, settled.measured ? false : null) };
}

/** `up` null: nothing may be concluded. */
function answersOf(view: CycleView, known: HostBaseline | null, up: boolean | null): Pick<HostBaseline, "answers"> {
  const counts = up !== null && known !== null && provesAbsence(view.summary) && hasHabits(view, known);
  const answers = counts ? withAnswer(known.answers, up) : known?.answers;
  return answers === undefined ? {} : { answers };
}

/**
 * Many hosts were silent together, and for that alone nothing was believed: of those that may be off at such hours it
 * is learned, or every evening would be a fault.
 */
export function learnSilence({ known }: AbsentHost, hours: Hours): HostBaseline {
  return { ...known, ...rhythmAfter(known.rhythm, hours, false) };
}

/** Outside the safe periods a look at ports that nobody asked before is not remembered: their state is not known yet. */
function coverageAfter(view: CycleView, host: HostView): HostBaseline["coverage"] {
  const { known, observation } = host;
  const before = known?.coverage ?? [];
  const measured = isTaught(view, host) ? observation.coverage : confirmedCoverage(before, observation.coverage);
  return addCoverage(before, measured, view.context.scanNumber);
}

function settledUp(known: HostBaseline | null): Pick<HostBaseline, "current" | "misses"> {
  const settled = settleHost(known, "up");
  return { current: settled.state, misses: settled.misses };
}

/** In a state that knows the families alone, the best one of a system that is not the known one is no first value. */
function learnableFields(
  known: HostBaseline | null,
  values: ReadonlyMap<HostField, string>,
): ReadonlyMap<HostField, string> {
  const families = known?.fields.get("os_family");
  const foreign = families !== undefined && isDeviating("os_family", families);
  if (!foreign || known?.fields.has("os_best") === true) return values;
  return new Map([...values].filter(([field]) => field !== "os_best"));
}

function learnPorts(
  view: CycleView,
  host: HostView,
  {
    declared,
    burst,
    alerted,
  }: Required<Pick<HostLesson, "declared" | "alerted">> & { readonly burst: PortBurst | null },
): HostBaseline["ports"] {
  const leftOut = new Set(burstLeftOut(burst, mayFollow(view, host)).map(portKey));
  const known: HostBaseline["ports"] = host.known?.ports ?? new Map();
  const open = new Map(host.observation.ports.filter((p) => p.state === "open").map((p) => [portKey(p), p]));
  const ports = new Map<PortKey, PortBaseline>();
  for (const key of new Set([...known.keys(), ...open.keys()])) {
    const port = parsePortKey(key);
    const observed = open.get(key) ?? null;
    const before = known.get(key) ?? null;
    const isAlert = isOpeningAlerted(alerted, key);
    const one = port === null ? null : { port, observed, expected: declared.has(key), isAlert };
    const held = one === null || leftOut.has(key) || (isPortHeld(view, host, one.port) && !one.expected);
    const learned = held ? before : learnOne(view, host, one);
    if (learned !== null) ports.set(key, learned);
  }
  return ports;
}

function learnOne(
  view: CycleView,
  host: HostView,
  one: Pick<PortLesson, "port" | "observed" | "isAlert"> & { readonly expected: boolean },
): PortBaseline | null {
  const { known, observation } = host;
  return learnPort({
    port: one.port,
    known: known?.ports.get(portKey(one.port)) ?? null,
    look: lookAt(observation, one.port),
    observed: one.observed,
    isAlert: one.isAlert,
    seen: { scan: view.context.scanNumber, at: observation.observedAt },
    presence: one.expected && one.observed !== null ? "follow" : presenceAbsorb(view, host, one.port),
    fields: portFieldsAbsorb(view, host),
    forgetMs: forgetAfter(view.context),
    relearned: relearnedHere(view),
    fingerprinted: wasFingerprinted(host, one.port, one.observed),
  });
}

function wasFingerprinted(host: HostView, port: PortRef, observed: PortObservation | null): boolean {
  if (observed?.service?.method === "probed") return true;
  const asked = host.observation.coverage.filter((c) => c.phase === "fingerprint" && c.transport === port.transport);
  return asked.some((c) => includes(c.ports, port.number));
}
