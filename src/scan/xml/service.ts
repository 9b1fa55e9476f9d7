import type { ServiceObservation } from "../../domain/observation.ts";
import { childOf, childrenOf, rawAttribute, wholeAttribute } from "./element.ts";
import type { XmlElement } from "./xml-element.ts";
import { FIELD, readOptional, readText } from "./text.ts";

const MAX_CPE = 8;

/** What nmap says runs behind the port; null when it says nothing. `servicefp` is never read: it changes each run. */
export function readService(port: XmlElement, cuts: Set<string>): ServiceObservation | null {
  const element = childOf(port, "service");
  const name = element === undefined ? null : readOptional(rawAttribute(element, "name"), FIELD.service, cuts);
  if (element === undefined || name === null) return null;
  return {
    name,
    product: readOptional(rawAttribute(element, "product"), FIELD.product, cuts),
    version: readOptional(rawAttribute(element, "version"), FIELD.version, cuts),
    extraInfo: readOptional(rawAttribute(element, "extrainfo"), FIELD.extraInfo, cuts),
    tunnel: rawAttribute(element, "tunnel") === "ssl" ? "ssl" : null,
    method: rawAttribute(element, "method") === "probed" ? "probed" : "table",
    confidence: Math.min(10, wholeAttribute(element, "conf") ?? 0),
    cpe: childrenOf(element, "cpe")
      .slice(0, MAX_CPE)
      .map((cpe) => readText(cpe.text, FIELD.cpe, cuts)),
  };
}
