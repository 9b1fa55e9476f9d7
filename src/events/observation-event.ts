import { cleanText } from "../domain/clean-text.ts";
import type { HostRef } from "../domain/deviation.ts";
import type { EventDocument } from "../domain/event.ts";
import { OBSERVATIONS } from "../domain/kinds/observation.ts";
import { portKey, portText } from "../domain/network.ts";
import { isoTime } from "../lib/time.ts";
import type { Exposure, Facts } from "../domain/facts.ts";
import type { CycleFacts, EventContext, ExposureOf, Meaning } from "./context.ts";
import { eventHead, eventTail, head, observer, scanHead, sentence, triplineHead } from "./envelope.ts";
import { observationEventId } from "./event-id.ts";
import { observedBranch } from "./facts.ts";
import { finish } from "./finish.ts";
import { reference } from "./pages.ts";
import type { ObservationChange } from "./observation-change.ts";
import {
  endpointBranches,
  hostBranch,
  networkBranch,
  serviceBranch,
  type ServiceFacts,
  sourceBranch,
  type Subject,
} from "./subject.ts";
import type { Branch } from "./tree.ts";

/** Names, products and versions in a message are no longer than this, in bytes. */
const SHORT = 64;

/** The present state of a host or service; closing is a document too, so that a compacted topic is right. */
export function encodeObservation(given: ObservationChange, facts: CycleFacts, meaning: Meaning): EventDocument {
  const { context } = facts;
  const now = facts.hosts(given.host.id);
  const change = now === null ? given : { ...given, host: now.host };
  const unit = change.port === null ? "host" : portKey(change.port);
  const id = observationEventId(context.installId, context.cycleId, { hostId: change.host.id, unit });
  return finish({
    id,
    family: "observation",
    action: change.port === null ? "host-observed" : "service-observed",
    severity: null,
    key: change.port === null ? [change.host.id] : [change.host.id, unit],
    context,
    ecs: ecsBranch(change, { context, osName: now?.osName ?? null, id }),
    tripline: triplineBranch(change, facts, meaning),
  });
}

interface Telling {
  readonly context: EventContext;
  readonly osName: string | null;
  readonly id: string;
}

function ecsBranch(change: ObservationChange, { context, osName, id }: Telling): Branch {
  const action = change.port === null ? "host-observed" : "service-observed";
  const subject: Subject = { host: change.host, port: change.port, osName };
  const service = serviceOf(change);
  return {
    ...head(context, { family: "observation", at: change.at, tags: change.host.tags }),
    message: sentence(change.port === null ? hostSentence(change) : serviceSentence(change, service)),
    event: {
      ...eventHead("state", OBSERVATIONS[action]),
      action,
      provider: "scan",
      ...eventTail(context, "observation", id),
      reference: reference(action, context.docsBase),
    },
    host: hostBranch(subject),
    ...endpointBranches(subject),
    source: sourceBranch(context, change.host.address),
    network: networkBranch(context, { address: change.host.address, port: change.port }, change.facts.service ?? null),
    service: serviceBranch(change.host.address, change.port, service),
    tls: tlsBranch(change),
    ...observer(context),
  };
}

function triplineBranch(change: ObservationChange, facts: CycleFacts, meaning: Meaning): Branch {
  const { exposureOf, declaredAt } = meaning;
  const exposure = exposureNow(change, exposureOf);
  return {
    ...triplineHead(facts.context, facts),
    scan: scanHead(facts),
    observation: {
      unit: change.port === null ? "host" : "service",
      cause: change.cause,
      digest: change.digest,
      ...openBranch(change, exposureOf),
      scripts: Object.fromEntries(change.scripts),
    },
    observed: observedBranch({ ...change.facts, ...usualPort(exposure) }, change.port),
    exposure: exposure === null ? null : { class: exposure.class },
    declared: change.port === null || change.cause === "closed" ? null : declaredAt(change.host.address, change.port),
  };
}

/** What is open on a host, in one document: ports, services, software, and what they mean. */
function openBranch({ port, cause, open }: ObservationChange, exposureOf: ExposureOf): Branch {
  if (port !== null || cause === "closed") return {};
  const products = open.flatMap(({ facts }) => (facts.product === undefined ? [] : [productText(facts)]));
  return {
    open_ports: open.filter((one) => one.port.transport === "tcp").map((one) => one.port.number),
    open_count: open.length,
    open_services: open.map(({ port: at, facts, guess }) => `${portKey(at)} ${facts.service ?? guess ?? "unknown"}`),
    products: [...new Set(products)].toSorted(),
    exposures: [...new Set(open.map((one) => exposureOf(one.port.number, one.facts).class))].toSorted(),
  };
}

function productText({ product, version }: Facts): string {
  return version === undefined ? `${product}` : `${product} ${version}`;
}

/** What is closed exposes nothing. */
function exposureNow({ port, cause, facts }: ObservationChange, exposureOf: ExposureOf): Exposure | null {
  return port === null || cause === "closed" ? null : exposureOf(port.number, facts);
}

function usualPort(exposure: Exposure | null): Facts {
  const usual = exposure?.usualPort ?? null;
  return usual === null ? {} : { usual_port: usual };
}

function serviceOf({ facts, guess }: ObservationChange): ServiceFacts {
  return {
    name: facts.service ?? guess,
    product: facts.product ?? null,
    version: facts.version ?? null,
    state: facts.state ?? null,
  };
}

function tlsBranch({ certificate }: ObservationChange): Branch | null {
  if (certificate === null) return null;
  const { issuer, subject, notAfter } = certificate;
  return { server: { issuer, subject, not_after: notAfter === null ? null : isoTime(notAfter) } };
}

function hostSentence(change: ObservationChange): string {
  if (change.cause === "closed") return `${hostText(change.host)} no longer answers`;
  const count = change.open.length;
  return `${hostText(change.host)} is up: ${count} open ${count === 1 ? "port" : "ports"}`;
}

function serviceSentence(change: ObservationChange, service: ServiceFacts): string {
  const port = change.port === null ? "" : portText(change.port);
  const software = [service.name ?? "unknown", service.product, service.version].filter((word) => word !== null);
  const what = change.cause === "closed" ? "" : `: ${software.map(short).join(" ")}`;
  return `${hostText(change.host)} ${port} ${service.state}${what}`;
}

function hostText(host: HostRef): string {
  return host.name === null ? host.address : `${short(host.name)} (${host.address})`;
}

function short(text: string): string {
  return cleanText(text, { maxBytes: SHORT });
}
