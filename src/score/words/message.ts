import type { Anomaly, Transition } from "../../domain/anomaly.ts";
import type { AnomalyKind } from "../../domain/kinds.ts";
import { formatDuration } from "../../lib/time.ts";
import {
  addressText,
  cut,
  dayText,
  endpointText,
  hostText,
  placeText,
  productText,
  sentence,
  serviceText,
  valueText,
} from "./words.ts";

type Phrase = (a: Anomaly) => string;

/** The opening sentence (it becomes the alert's name: no score), a noun phrase, and how it ends. No full stops. */
interface Phrases {
  readonly opened: Phrase;
  readonly what: Phrase;
  readonly over: Phrase;
}

/** The templates of the event contract. A kind without a row does not compile. */
const PHRASES: Readonly<Record<AnomalyKind, Phrases>> = {
  "port-opened": {
    opened: (a) => `New open port ${endpointText(a)} (${serviceText(a)}) on ${hostText(a)}, segment ${cut(a.segment)}`,
    what: (a) => `Open port ${endpointText(a)} on ${hostText(a)}`,
    over: (a) => `Port ${endpointText(a)} on ${hostText(a)} is closed again`,
  },
  "port-closed": {
    opened: (a) =>
      `Port ${endpointText(a)} (${serviceText({ after: { ...a.before, ...a.after } })}) on ${hostText(a)} is no longer open`,
    what: (a) => `Closed port ${endpointText(a)} on ${hostText(a)}`,
    over: (a) => `Port ${endpointText(a)} on ${hostText(a)} is open again`,
  },
  "service-changed": {
    opened: (a) =>
      `Port ${endpointText(a)} on ${hostText(a)} now speaks ${valueText(a.to)} instead of ${valueText(a.from)}`,
    what: (a) => `Another service on ${endpointText(a)} of ${hostText(a)}`,
    over: (a) => `Port ${endpointText(a)} on ${hostText(a)} speaks ${valueText(a.from)} again`,
  },
  "version-changed": {
    opened: (a) =>
      `${productText(a)} on ${hostText(a)} ${endpointText(a)} went from ${valueText(a.from)} to ${valueText(a.to)}`,
    what: (a) => `New version of ${productText(a)} on ${hostText(a)} ${endpointText(a)}`,
    over: (a) => `${productText(a)} on ${hostText(a)} ${endpointText(a)} is back at ${valueText(a.from)}`,
  },
  "version-downgraded": {
    opened: (a) =>
      `${productText(a)} on ${hostText(a)} ${endpointText(a)} went back from ${valueText(a.from)} to ${valueText(a.to)}`,
    what: (a) => `Older version of ${productText(a)} on ${hostText(a)} ${endpointText(a)}`,
    over: (a) => `${productText(a)} on ${hostText(a)} ${endpointText(a)} is at ${valueText(a.from)} again`,
  },
  "banner-changed": {
    opened: (a) => `The banner of ${endpointText(a)} on ${hostText(a)} changed`,
    what: (a) => `Another banner on ${endpointText(a)} of ${hostText(a)}`,
    over: (a) => `The banner of ${endpointText(a)} on ${hostText(a)} is what it was`,
  },
  "certificate-changed": {
    opened: (a) => `${hostText(a)} presents another TLS ${certificateWord(a)} on ${endpointText(a)}`,
    what: (a) => `Another TLS ${certificateWord(a)} on ${endpointText(a)} of ${hostText(a)}`,
    over: (a) => `${hostText(a)} presents its known TLS ${certificateWord(a)} on ${endpointText(a)} again`,
  },
  "certificate-renewed": {
    opened: (a) =>
      `${hostText(a)} renewed its TLS certificate on ${endpointText(a)}, issued by ${valueText(a.after.tls_issuer ?? null)}`,
    what: (a) => `Renewed TLS certificate on ${endpointText(a)} of ${hostText(a)}`,
    over: (a) => `${hostText(a)} presents its former TLS certificate on ${endpointText(a)} again`,
  },
  "hostkey-changed": {
    opened: (a) => `${hostText(a)} presents another SSH host key on ${endpointText(a)}`,
    what: (a) => `Another SSH host key on ${endpointText(a)} of ${hostText(a)}`,
    over: (a) => `${hostText(a)} presents its known SSH host key on ${endpointText(a)} again`,
  },
  "host-appeared": {
    opened: (a) => `New host ${hostText(a)} in segment ${cut(a.segment)}`,
    what: (a) => `New host ${hostText(a)}`,
    over: (a) => `New host ${hostText(a)} is gone again`,
  },
  "host-disappeared": {
    opened: (a) => `Host ${hostText(a)} no longer answers in segment ${cut(a.segment)}`,
    what: (a) => `Missing host ${hostText(a)}`,
    over: (a) => `Host ${hostText(a)} answers again`,
  },
  "host-moved": {
    opened: (a) => `${hostText(a)} moved from ${valueText(a.from)} to ${valueText(a.to)}`,
    what: (a) => `Move of ${hostText(a)}`,
    over: (a) => `${hostText(a)} is back at ${valueText(a.from)}`,
  },
  "name-changed": {
    opened: (a) => `Address ${addressText(a)} is now named ${valueText(a.to)}, was ${valueText(a.from)}`,
    what: (a) => `New name of ${addressText(a)}`,
    over: (a) => `Address ${addressText(a)} is named ${valueText(a.from)} again`,
  },
  "mac-changed": {
    opened: (a) => `${hostText(a)} now has MAC ${valueText(a.to)}, was ${valueText(a.from)}`,
    what: (a) => `New MAC of ${hostText(a)}`,
    over: (a) => `${hostText(a)} has its MAC ${valueText(a.from)} again`,
  },
  "os-shifted": {
    opened: (a) => `Operating system family of ${hostText(a)} changed from ${valueText(a.from)} to ${valueText(a.to)}`,
    what: (a) => `Another operating system family on ${hostText(a)}`,
    over: (a) => `Operating system family of ${hostText(a)} is ${valueText(a.from)} again`,
  },
  "identity-changed": {
    opened: (a) =>
      `Address ${addressText(a)} in ${cut(a.segment)} now belongs to another machine (${evidenceText(a)} changed)`,
    what: (a) => `Another machine at ${addressText(a)}`,
    over: (a) => `Address ${addressText(a)} belongs to its known machine again`,
  },
  "all-ports-open": {
    opened: (a) => `${hostText(a)} answers as open on ${a.to === null ? "implausibly many" : cut(a.to)} ports`,
    what: (a) => `Implausibly many open ports on ${hostText(a)}`,
    over: (a) => `${hostText(a)} no longer answers on implausibly many ports`,
  },
  "ports-opened": {
    opened: (a) => `${manyText(a)} opened together on ${hostText(a)}, segment ${cut(a.segment)}`,
    what: (a) => `Ports that opened together on ${hostText(a)}`,
    over: (a) => `The ports that opened together on ${hostText(a)} are closed again`,
  },
  rollout: {
    opened: (a) => `${groupText(a)}: ${groupKind(a)}${isPresence(a) ? "" : ` for ${rolloutWhat(a)}${fromTo(a)}`}`,
    what: (a) =>
      isPresence(a) ? `${groupKind(a)} of ${groupText(a)}` : `${rolloutWhat(a)} (${groupKind(a)}) on ${groupText(a)}`,
    over: (a) =>
      `${isPresence(a) ? `The ${groupKind(a)}` : `The change of ${rolloutWhat(a)} (${groupKind(a)})`} on ${groupText(a)} is undone`,
  },
  "undeclared-port": {
    opened: (a) => `Port ${endpointText(a)} (${serviceText(a)}) on ${hostText(a)} is open but not declared`,
    what: (a) => `Undeclared port ${endpointText(a)} on ${hostText(a)}`,
    over: (a) => `Port ${endpointText(a)} on ${hostText(a)} is closed or declared now`,
  },
  "undeclared-host": {
    opened: (a) => `Host ${hostText(a)} is live in ${cut(a.segment)} but not declared`,
    what: (a) => `Undeclared host ${hostText(a)}`,
    over: (a) => `Host ${hostText(a)} is gone or declared now`,
  },
  "port-moved": {
    opened: (a) =>
      `${hostText(a)} serves ${serviceText(a)} on ${endpointText(a)}; ${placeOf(a)} declares ${declaredPort(a)}`,
    what: (a) => `Moved service on ${endpointText(a)} of ${hostText(a)}`,
    over: (a) => `${hostText(a)} serves ${declaredPort(a)} as declared again`,
  },
  "missing-endpoint": {
    opened: (a) =>
      `${hostText(a)} ${endpointText(a)} is declared in ${placeOf(a)} but is ${valueText(a.after.state ?? a.to)}`,
    what: (a) => `Missing endpoint ${endpointText(a)} of ${hostText(a)}`,
    over: (a) => `${hostText(a)} ${endpointText(a)} answers as declared again`,
  },
  "service-mismatch": {
    opened: (a) =>
      `${hostText(a)} ${endpointText(a)} speaks ${valueText(a.to)}; ${placeOf(a)} declares ${valueText(a.declared?.expected?.service ?? a.from)}`,
    what: (a) => `Other service than declared on ${endpointText(a)} of ${hostText(a)}`,
    over: (a) => `${hostText(a)} ${endpointText(a)} speaks what is declared again`,
  },
};

/** What a step needs besides the anomaly as it is after the step. */
export interface StepWords {
  readonly transition: Transition;
  /** UTC ms. */
  readonly at: number;
  readonly previousScore: number | null;
  /** What grew, for `updated`; who and why, for operator steps. */
  readonly detail: string | null;
}

/** The sentence of a step: `message` of its event. At most 256 characters, one full stop, no score in an opening. */
export function stepMessage(anomaly: Anomaly, words: StepWords): string {
  return sentence(phrase(anomaly, words));
}

/** `Open port 4444/tcp on app07 (10.20.30.41)`: for lists and operator messages. */
function whatText(anomaly: Anomaly): string {
  return PHRASES[anomaly.kind].what(anomaly);
}

function phrase(a: Anomaly, { transition, at, previousScore, detail }: StepWords): string {
  const what = whatText(a);
  const score =
    previousScore === null || previousScore === a.score.value ? "" : `, score ${previousScore} to ${a.score.value}`;
  switch (transition) {
    case "opened":
      return PHRASES[a.kind].opened(a);
    case "escalated":
      return `${what} is now ${a.score.band}${score}`;
    case "updated":
      return `${what} ${detail ?? "changed its weight"}${score}`;
    case "resolved":
      return a.closed?.reason === "superseded"
        ? `${what} was superseded by another change of the same thing`
        : `${PHRASES[a.kind].over(a)} after ${formatDuration(Math.max(0, at - a.firstSeen))}`;
    case "accepted":
      return `${what} was accepted by ${cut(a.closed?.by ?? "an operator")}`;
    case "muted":
      return `${what} is muted${typeof a.mute?.until !== "number" ? "" : ` until ${dayText(a.mute.until)}`}`;
    case "unmuted":
      return `${what} is no longer muted`;
    case "aged":
      return `${what} is normal now`;
  }
}

const EVIDENCE_WORDS: ReadonlyMap<string, string> = new Map([
  ["mac", "MAC"],
  ["ssh", "SSH host key"],
  ["tls", "TLS key"],
]);

/** `mac:00-50-…` → MAC: the value itself is in the facts of the event. */
function evidenceText({ to }: Anomaly): string {
  return EVIDENCE_WORDS.get(to?.split(":")[0] ?? "") ?? "all evidence";
}

/** `240 of 1000 asked ports`. */
function manyText({ after }: Anomaly): string {
  const { open_count: open = 0, asked_count: asked = 0 } = after;
  return asked === 0 ? `${open} ports` : `${open} of ${asked} asked ports`;
}

function groupText(a: Anomaly): string {
  return `${a.group?.members.length ?? 0} hosts in segment ${cut(a.segment)}`;
}

function groupKind(a: Anomaly): string {
  return a.group?.kind ?? a.kind;
}

/** Kinds that are about the host as a whole: its members have no more in common than that. */
const OF_HOSTS: ReadonlySet<AnomalyKind> = new Set([
  "host-appeared",
  "host-disappeared",
  "host-moved",
  "identity-changed",
  "all-ports-open",
]);

function isPresence({ group }: Anomaly): boolean {
  return group !== null && OF_HOSTS.has(group.kind);
}

/** `openssh on 22/tcp` of the subject `version-changed 22/tcp openssh`. */
function rolloutWhat(a: Anomaly): string {
  const product = a.after.product ?? a.before.product ?? null;
  if (a.port === null) return cut(a.subject.replace(`${a.group?.kind} `, ""));
  return product === null ? endpointText(a) : `${cut(product.toLowerCase())} on ${endpointText(a)}`;
}

function fromTo({ from, to, group }: Anomaly): string {
  const readable = group !== null && !DIGESTS.has(group.kind);
  if (!readable) return "";
  return `${from === null ? "" : ` from ${valueText(from)}`}${to === null ? "" : ` to ${valueText(to)}`}`;
}

/** Their values are hashes or hostile text: nothing for a sentence. */
const DIGESTS: ReadonlySet<AnomalyKind> = new Set([
  "certificate-changed",
  "certificate-renewed",
  "hostkey-changed",
  "banner-changed",
]);

/** A new certificate may be for the known key. */
function certificateWord({ before, after }: Anomaly): string {
  const [was, is] = [before.tls_sha256, after.tls_sha256];
  return was !== undefined && was === is ? "certificate" : "key";
}

function placeOf(a: Anomaly): string {
  return placeText(a.declared?.source ?? null);
}

function declaredPort({ declared, from }: Anomaly): string {
  const { port = null, transport = null } = declared?.expected ?? {};
  return port === null ? valueText(from) : `${port}/${transport ?? "tcp"}`;
}
