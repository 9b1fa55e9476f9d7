import type { ServiceObservation } from "../../domain/observation.ts";
import { decodeText } from "./decode.ts";
import { childOf, childrenOf, rawAttribute, wholeAttribute } from "./element.ts";
import type { XmlElement } from "./xml-element.ts";
import { FIELD, readOptional, readText } from "./text.ts";

const MAX_CPE = 8;
/** nmap's own names of services are printable ASCII. */
const OWN_NAME = /^[ -~]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML allows no reference to these
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;

/** What nmap says runs behind the port; null when it says nothing. `servicefp` is never read: it changes each run. */
export function readService(port: XmlElement, cuts: Set<string>): ServiceObservation | null {
  const element = childOf(port, "service");
  if (element === undefined || isDamaged(element)) return null;
  const name = readOptional(rawAttribute(element, "name"), FIELD.service, cuts);
  if (name === null) return null;
  return {
    name,
    product: readOptional(whole(element, "product"), FIELD.product, cuts),
    version: readOptional(whole(element, "version"), FIELD.version, cuts),
    extraInfo: readOptional(whole(element, "extrainfo"), FIELD.extraInfo, cuts),
    tunnel: rawAttribute(element, "tunnel") === "ssl" ? "ssl" : null,
    method: rawAttribute(element, "method") === "probed" ? "probed" : "table",
    confidence: Math.min(10, wholeAttribute(element, "conf") ?? 0),
    cpe: childrenOf(element, "cpe")
      .slice(0, MAX_CPE)
      .map((cpe) => readText(cpe.text, FIELD.cpe, cuts)),
  };
}

/** Odd bytes of a host are written as `\xNN`, so a reference to a control character is no part of an answer. */
function whole(service: XmlElement, attribute: string): string | undefined {
  const raw = rawAttribute(service, attribute);
  return raw !== undefined && CONTROL.test(decodeText(raw)) ? undefined : raw;
}

/**
 * Names of services come from nmap's tables, not from the host. Some versions of nmap now and then print memory instead,
 * with references that XML does not even allow: then nothing of it is believed, and what was known stays.
 */
function isDamaged(service: XmlElement): boolean {
  return !OWN_NAME.test(decodeText(rawAttribute(service, "name") ?? ""));
}
