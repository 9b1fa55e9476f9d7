/** v19 splits Defense Evasion, so the numbering is named with every candidate. */
export const ATTACK_VERSION = "18.1";

/** Why an attacker does something: id and name of the tactics that the techniques below serve. */
export const TACTICS = {
  TA0001: "Initial Access",
  TA0002: "Execution",
  TA0003: "Persistence",
  TA0005: "Defense Evasion",
  TA0006: "Credential Access",
  TA0008: "Lateral Movement",
  TA0009: "Collection",
  TA0011: "Command and Control",
  TA0040: "Impact",
} as const satisfies Readonly<Record<string, string>>;

export type TacticId = keyof typeof TACTICS;

export interface Technique {
  readonly name: string;
  readonly tactics: readonly TacticId[];
}

/**
 * Every technique that an event or a rule names, as MITRE ATT&CK for Enterprise calls it in {@link ATTACK_VERSION}. The
 * parent of a sub-technique is in the table too.
 */
// biome-ignore format: a table reads by the line
const ROWS = {
  T1021: { name: "Remote Services", tactics: ["TA0008"] },
  T1036: { name: "Masquerading", tactics: ["TA0005"] },
  T1059: { name: "Command and Scripting Interpreter", tactics: ["TA0002"] },
  T1090: { name: "Proxy", tactics: ["TA0011"] },
  "T1090.001": { name: "Internal Proxy", tactics: ["TA0011"] },
  T1095: { name: "Non-Application Layer Protocol", tactics: ["TA0011"] },
  T1133: { name: "External Remote Services", tactics: ["TA0003", "TA0001"] },
  T1190: { name: "Exploit Public-Facing Application", tactics: ["TA0001"] },
  T1200: { name: "Hardware Additions", tactics: ["TA0001"] },
  T1205: { name: "Traffic Signaling", tactics: ["TA0005", "TA0003", "TA0011"] },
  "T1205.001": { name: "Port Knocking", tactics: ["TA0005", "TA0003", "TA0011"] },
  T1210: { name: "Exploitation of Remote Services", tactics: ["TA0008"] },
  T1219: { name: "Remote Access Tools", tactics: ["TA0011"] },
  T1489: { name: "Service Stop", tactics: ["TA0040"] },
  T1491: { name: "Defacement", tactics: ["TA0040"] },
  T1557: { name: "Adversary-in-the-Middle", tactics: ["TA0006", "TA0009"] },
  "T1557.002": { name: "ARP Cache Poisoning", tactics: ["TA0006", "TA0009"] },
  T1562: { name: "Impair Defenses", tactics: ["TA0005"] },
  "T1562.004": { name: "Disable or Modify System Firewall", tactics: ["TA0005"] },
  "T1562.010": { name: "Downgrade Attack", tactics: ["TA0005"] },
  T1570: { name: "Lateral Tool Transfer", tactics: ["TA0008"] },
  T1571: { name: "Non-Standard Port", tactics: ["TA0011"] },
  T1572: { name: "Protocol Tunneling", tactics: ["TA0011"] },
  T1578: { name: "Modify Cloud Compute Infrastructure", tactics: ["TA0005"] },
  T1601: { name: "Modify System Image", tactics: ["TA0005"] },
} as const satisfies Readonly<Record<string, Technique>>;

export type TechniqueId = keyof typeof ROWS;
export const TECHNIQUES: Readonly<Record<TechniqueId, Technique>> = ROWS;

export function isTechnique(id: string): id is TechniqueId {
  return Object.hasOwn(TECHNIQUES, id);
}

/** `T1557` of `T1557.002`; null for a technique of its own. */
export function parentOf(id: TechniqueId): TechniqueId | null {
  const parent = id.split(".")[0] ?? id;
  return parent !== id && isTechnique(parent) ? parent : null;
}
