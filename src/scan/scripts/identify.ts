import type { CertificateSeen } from "../../domain/certificate.ts";
import type { PortIdentity } from "../../domain/observation.ts";
import { childrenOf, rawAttribute } from "../xml/element.ts";
import type { XmlElement } from "../xml/xml-element.ts";
import { SCRIPTS } from "./registry.ts";
import type { Findings } from "./script.ts";

const BY_ID = new Map(SCRIPTS.map((script) => [script.id, script]));

/** What identifies the software behind the port, from the scripts that tell it; null when none did. */
export function readIdentity(port: XmlElement, cuts: Set<string>): PortIdentity | null {
  const found = childrenOf(port, "script").flatMap((element) => findingsOf(element, cuts) ?? []);
  const values = found.flatMap(({ values: told }) => Object.entries<string | null>(told).filter(isTold));
  const certificate = found.reduce<CertificateSeen>((all, one) => ({ ...all, ...one.certificate }), {});
  const silent = values.length === 0 && Object.keys(certificate).length === 0;
  return silent ? null : { values: Object.fromEntries(values), certificate };
}

function findingsOf(element: XmlElement, cuts: Set<string>): Findings | null {
  const script = BY_ID.get(rawAttribute(element, "id") ?? "");
  const failed = rawAttribute(element, "output")?.trimStart().startsWith("ERROR:") === true;
  return script === undefined || failed ? null : script.read(element, cuts);
}

function isTold(entry: [string, string | null]): entry is [string, string] {
  return entry[1] !== null;
}
