/**
 * What a MAC address proves. `universal`: given by a manufacturer, strong. `local`: made up by software (containers,
 * private addresses of phones), weak. `virtual`: shared by routers (VRRP, HSRP, GLBP) or no station at all, never identity.
 */
export type MacClass = "universal" | "local" | "virtual";

// VRRP/CARP v4 and v6 (RFC 9568), HSRP 1, HSRP 2, HSRP for IPv6, GLBP (Cisco documentation).
const VIRTUAL = [
  "00-00-5E-00-01-",
  "00-00-5E-00-02-",
  "00-00-0C-07-AC-",
  "00-00-0C-9F-F",
  "00-05-73-A0-0",
  "00-07-B4-00-",
];

/** `mac` in canonical form (upper case, hyphens). */
export function macClass(mac: string): MacClass {
  const first = Number.parseInt(mac.slice(0, 2), 16);
  if ((first & 1) === 1 || mac === "00-00-00-00-00-00" || VIRTUAL.some((p) => mac.startsWith(p))) return "virtual";
  return (first & 2) === 2 ? "local" : "universal";
}
