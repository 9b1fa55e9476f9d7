import type { ScanFault } from "../types.ts";

/** nmap is killed before it is done. */
export function isCut(fault: ScanFault): boolean {
  return fault === "cut-xml" || fault === "no-xml";
}

/** Of the XML it would have written. */
export function whatIsLeft(xml: string, fault: ScanFault): string {
  if (fault === "no-xml") return "";
  return fault === "cut-xml" ? xml.slice(0, Math.floor(xml.length / 2)) : xml;
}
