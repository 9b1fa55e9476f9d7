import type { PortBaseline } from "../domain/baseline.ts";
import { PORT_FIELDS, type PortField } from "../domain/fields/port.ts";
import type { Facts } from "../domain/facts.ts";
import { comparableService } from "../domain/fields/service.ts";
import { portFieldValues } from "../domain/fields/values.ts";
import { keyDigest } from "../domain/key-set.ts";
import { joinValue, sameValue } from "../domain/fields/compare.ts";
import type { PortObservation } from "../domain/observation.ts";
import { sha256Hex } from "../lib/hash.ts";
import type { ObservationChange } from "./observation-change.ts";
import { defined, digestOf, pair } from "./observed-values.ts";

type ServiceState = Pick<ObservationChange, "facts" | "guess" | "digest" | "scripts" | "certificate">;
type Values = readonly (readonly [PortField, string])[];

const SOFTWARE = ["service", "product", "version", "extra_info"] as const satisfies readonly PortField[];
const IDENTITY = ["banner", "tls", "ssh", "http_title"] as const satisfies readonly PortField[];

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

/**
 * What the port shows now, else what is known of it: a scan without version detection, or one whose detection failed
 * once, must not tell that the software changed. The four software fields belong together.
 */
function serviceValues(seen: PortObservation, known: PortBaseline | null): Values {
  const now = portFieldValues(seen);
  const identified = now.has("service");
  const software = SOFTWARE.flatMap((f) => pair(f, identified ? now.get(f) : known?.fields.get(f)?.current));
  const identity = IDENTITY.flatMap((f) => pair(f, identityOf(f, now.get(f), known?.fields.get(f)?.current)));
  return [...software, ...identity];
}

/** What a scan did not get is as it was, also single keys of a server. */
function identityOf(field: PortField, now: string | undefined, known: string | undefined): string | undefined {
  if (now === undefined || known === undefined) return now ?? known;
  return sameValue(field, known, now) ? joinValue(field, known, now) : now;
}

function factsOf(values: Values, seen: PortObservation): Facts {
  const value = new Map(values);
  const title = value.get("http_title");
  return defined({
    state: "open",
    service: value.get("service"),
    product: value.get("product"),
    version: value.get("version"),
    extra_info: value.get("extra_info"),
    banner: value.get("banner"),
    tls_sha256: keyDigest(value.get("tls")),
    ssh_sha256: keyDigest(value.get("ssh")),
    // A title is text of the host; events carry its digest.
    http_digest: title === undefined ? undefined : sha256Hex(title),
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
