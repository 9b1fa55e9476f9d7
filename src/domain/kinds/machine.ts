import { addressText, clip, hostText, valueText } from "../words.ts";
import { ARP, WHO } from "./checks.ts";
import { knownChanges } from "./known.ts";
import type { KindRow } from "./row.ts";
import type { Told } from "./told.ts";

/** Signs that another machine answers at a known address. */
export const MACHINE_KINDS = {
  "os-shifted": {
    madeBy: "detector",
    subject: "host-field",
    appears: null,
    declaration: "beside",
    family: "system",
    rank: null,
    coveredBy: [],
    machine: "its",
    gone: { when: "host-field-normal", field: "os_best" },
    absorbed: null,
    accept: { makes: "host-fields", fields: ["os_family", "os_best", "stack", "reason_ttl"] },
    rollout: { byValue: true, names: "values" },
    informational: false,
    planned: null,
    event: {
      category: ["host"],
      type: "change",
      rule: "Operating system family changed",
      group: "identity",
      attack: ["T1601", "T1036"],
      attackByService: false,
    },
    score: {
      rarity: { perDay: 0.0005, maxBits: null, share: null },
      exposure: { points: 8, closed: 12 },
      atMost: null,
      why: null,
    },
    counts: { what: "host-field", fields: ["os_family"], disjoint: true },
    known: knownChanges,
    alertedBy: ["os-shift"],
    message: {
      opened: (a) =>
        `Operating system family of ${hostText(a)} changed from ${valueText(a.from)} to ${valueText(a.to)}`,
      what: (a) => `Different operating system family on ${hostText(a)}`,
      over: (a) => `Operating system family of ${hostText(a)} is ${valueText(a.from)} again`,
    },
    runbook: {
      mayBe: [
        "the machine was reinstalled",
        "a proxy or firewall now answers for it",
        "another machine at the address (candidate T1036)",
      ],
      check: [WHO, ARP, "host keys and certificates of {ip}"],
    },
    page: {
      about: [
        "The host answers like a different family of operating systems than before (Linux → FreeBSD, Windows → Linux). Families",
        "practically never change without a reason: the machine was reinstalled, something else answers for it, or it is another",
        "machine.",
      ],
      ordinary: [
        "- **Reinstalled**: [hostkey-changed](hostkey-changed.md) and other versions in the same cycle.",
        "- **A proxy or firewall answers for it**: an appliance's family, on several hosts, and the TTL changed by one or more.",
        "- **Worth a call**: keys unchanged but another system (the connection is relayed), or keys, MAC and system all changed",
        "  ([identity-changed](identity-changed.md)).",
      ],
      next: [
        "**Fine**: accept it. **Relayed**: find out what is in between: compare the TTL and the route from a second vantage.",
      ],
      found: [
        "From nmap's OS detection under good conditions (one open and one closed port). Only the *family* of the best match is",
        "compared, because names and generations flicker on unchanged hosts. A different family is asked about again in the same",
        "scan, and each answer is one look. It is a shift when three looks in a row agree (the third in the next scan that sees",
        "the host); two are enough when other facts of the TCP/IP stack changed too, and one when none of the earlier candidate",
        "families is left and the initial TTL differs. A host whose family has flickered before needs more looks, the more often",
        "it did. Until it is certain, the host is asked in every scan. It ends when the known family is seen again and a second",
        "look agrees.",
      ],
      fields: [
        "`tripline.baseline.os_family` → `tripline.observed.os_family`, `.os_name` (nmap's best guess), `.reason_ttl`;",
        "`host.os.full`.",
      ],
    },
  },
  "identity-changed": {
    madeBy: "detector",
    subject: "host",
    appears: null,
    declaration: "beside",
    family: "identity",
    rank: null,
    coveredBy: [],
    machine: "another",
    gone: { when: "own-evidence-back" },
    absorbed: null,
    accept: { makes: "machine" },
    rollout: { byValue: false, names: "hosts" },
    informational: false,
    planned: null,
    event: {
      category: ["host"],
      type: "change",
      rule: "Another machine at a known address",
      group: "identity",
      attack: ["T1557.002", "T1200"],
      attackByService: false,
    },
    score: {
      rarity: { perDay: 0.0005, maxBits: null, share: null },
      exposure: { points: 16, closed: 24 },
      atMost: null,
      why: null,
    },
    counts: { what: "machine" },
    known: knownChanges,
    alertedBy: ["identity-replaced"],
    message: {
      opened: (a) =>
        `Address ${addressText(a)} in ${clip(a.segment)} now belongs to another machine (${evidenceText(a)} changed)`,
      what: (a) => `Another machine at ${addressText(a)}`,
      over: (a) => `Address ${addressText(a)} belongs to its known machine again`,
    },
    runbook: {
      mayBe: [
        "the machine was replaced",
        "an address conflict",
        "somebody took the address over (candidate T1557.002)",
      ],
      check: [ARP, "whether the known machine is still alive elsewhere", WHO],
    },
    page: {
      about: [
        "All strong evidence that identified the machine at an address was replaced: MAC, SSH host keys, TLS keys. It is another",
        "machine at a known address, and inherits the trust that firewalls and people give to that address.",
      ],
      ordinary: [
        "- **Replaced**: new hardware or a new virtual machine, with a ticket; names and services stayed.",
        "- **An address conflict**: the known machine is still alive elsewhere, or the two answer in turn.",
        "- **Reused by DHCP**: the address belongs to the pool, and the old machine does not matter.",
        "- **Worth a call at any hour**: a gateway, name server, directory, jump host or management card; a made-up MAC; a host",
        "  that forwards what it receives.",
      ],
      next: [
        "**Replaced**: accept it; the address is a new host from then on and its history starts again. **Taken over**: find its",
        "switch port, disconnect it there, and treat everything that clients sent to the address since `event.start` as read by a",
        "stranger.",
      ],
      found: [
        "The evidence of the known machine is compared with what the address shows now. If one strong piece stayed, it is the",
        "same machine and the rest are field changes. Two pieces replaced at once, or a second probe, confirm it. What merely",
        "follows from it (closed ports of the old machine, other versions) is not reported separately.",
      ],
      fields: [
        "`tripline.baseline.identity` → `tripline.observed.identity` (`mac:…`, `ssh:…`, `tls:…`), `.mac`; `host.id`.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;

const EVIDENCE_WORDS: ReadonlyMap<string, string> = new Map([
  ["mac", "MAC"],
  ["ssh", "SSH host key"],
  ["tls", "TLS key"],
]);

/** `mac:00-50-…` → MAC: the value itself is in the facts of the event. */
function evidenceText({ to }: Told): string {
  return EVIDENCE_WORDS.get(to?.split(":")[0] ?? "") ?? "all evidence";
}
