import type { PortBaseline } from "../domain/baseline.ts";
import { portFieldFacts, PORT_FIELDS, type PortField, portFieldsWith } from "../domain/fields/port.ts";
import type { Facts } from "../domain/facts.ts";
import { comparableService } from "../domain/fields/service.ts";
import { portFieldValues } from "../domain/fields/values.ts";
import { joinValue, sameValue } from "../domain/fields/compare.ts";
import type { PortObservation } from "../domain/observation.ts";
import type { ObservationChange } from "./observation-change.ts";
import { defined, digestOf, pair } from "./observed-values.ts";

type ServiceState = Pick<ObservationChange, "facts" | "guess" | "digest" | "scripts" | "certificate">;
type Values = readonly (readonly [PortField, string])[];

const SOFTWARE = portFieldsWith((row) => row.shown.includes("service") && row.software);
const INSTANCE = portFieldsWith((row) => row.shown.includes("service") && !row.software);

/** The present state of one open port. */
export function observedService(seen: PortObservation, known: PortBaseline | null): ServiceState {
  const values = serviceValues(seen, known);
  return {
    facts: factsOf(values, seen),
    guess: seen.service?.name ?? null,
    digest: digestOf([["state", "open"], ...values]),
    scripts: new Map(scriptTexts(seen)),
    certificate: certificateOf(seen),
  };
}

/** What its host tells of it: service and software. A port that did not show this time is as it is known. */
export function briefService(
  seen: PortObservation | null,
  known: PortBaseline | null,
): Pick<ServiceState, "facts" | "guess"> {
  return { facts: portFieldFacts(softwareValues(seen, known)), guess: seen?.service?.name ?? null };
}

/**
 * What the port shows now, else what is known of it: a scan without version detection, or one whose detection failed
 * once, must not report that the software changed. The fields of the software belong together.
 */
function serviceValues(seen: PortObservation, known: PortBaseline | null): Values {
  const now = portFieldValues(seen);
  const instance = INSTANCE.flatMap((f) => pair(f, joined(f, now.get(f), known?.fields.get(f)?.current)));
  return [...softwareValues(seen, known), ...instance];
}

function softwareValues(seen: PortObservation | null, known: PortBaseline | null): Values {
  const now = seen === null ? null : portFieldValues(seen);
  const value = (field: PortField) =>
    now?.has("service") === true ? now.get(field) : known?.fields.get(field)?.current;
  return SOFTWARE.flatMap((field) => pair(field, value(field)));
}

/** What a scan did not get is as it was, also single keys of a server. */
function joined(field: PortField, now: string | undefined, known: string | undefined): string | undefined {
  if (now === undefined || known === undefined) return now ?? known;
  return sameValue(field, known, now) ? joinValue(field, known, now) : now;
}

function factsOf(values: Values, seen: PortObservation): Facts {
  return defined({
    state: "open",
    ...portFieldFacts(values),
    reason_ttl: seen.reasonTtl ?? undefined,
    confidence: comparableService(seen.service)?.confidence,
  });
}

function scriptTexts(seen: PortObservation): readonly (readonly [string, string])[] {
  const ran = seen.scripts.filter((script) => !script.failed);
  return ran.map((script) => [script.id, script.output] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function certificateOf(seen: PortObservation): ServiceState["certificate"] {
  if (PORT_FIELDS.tls.read(seen) === null) return null;
  const { issuer, subject, notAfter } = seen.identity?.certificate ?? {};
  return { issuer: issuer ?? null, subject: subject ?? null, notAfter: notAfter ?? null };
}
