import { addressText, hostText, valueText } from "../words.ts";
import { ARP } from "./checks.ts";
import { knownChanges } from "./known.ts";
import type { KindRow } from "./row.ts";

/** What is known of a host besides its ports. */
export const HOST_FIELD_KINDS = {
  "name-changed": {
    madeBy: "detector",
    subject: "host-field",
    appears: null,
    declaration: "beside",
    family: null,
    rank: null,
    coveredBy: [],
    machine: "its",
    gone: { when: "host-field-normal", field: "name" },
    absorbed: null,
    accept: { makes: "host-fields", fields: ["name"] },
    rollout: { byValue: true, names: "values" },
    informational: false,
    planned: null,
    event: {
      category: ["host"],
      type: "change",
      rule: "Name of an address changed",
      group: "host",
      attack: [],
      attackByService: false,
    },
    score: { rarity: { perDay: 0.02, maxBits: 4, share: null }, exposure: null, atMost: 21, why: null },
    counts: { what: "host-field", fields: ["name"], disjoint: false },
    known: knownChanges,
    alertedBy: ["other-high-anomaly"],
    message: {
      opened: (a) => `Address ${addressText(a)} is now named ${valueText(a.to)}, was ${valueText(a.from)}`,
      what: (a) => `New name of ${addressText(a)}`,
      over: (a) => `Address ${addressText(a)} is named ${valueText(a.from)} again`,
    },
    runbook: {
      mayBe: ["a renamed host", "a reused DHCP name", "a changed PTR record"],
      check: ["change log of the zone", "DHCP log"],
    },
    page: {
      about: [
        "The name service now gives the same host a different name. People, certificates and allow-lists rely on names, so a",
        "changed one is worth knowing; its rules keep it low.",
      ],
      ordinary: [
        "- **Renamed**: a ticket, and often a [certificate-changed](certificate-changed.md) near it.",
        "- **DHCP names**: the lease gave the address a name of its pool.",
        "- **Several PTR records** for one address are returned in turn: the first is used, so it may flip; keep only one record.",
        "- **Worth a look**: the name of an important host points to somebody else's address.",
      ],
      next: [
        "**Fine**: accept it. **It flips**: correct the zone. **Nobody changed it**: check the change log of the zone and who may",
        "write to it; whoever controls a name can obtain a certificate for it.",
      ],
      found: [
        "The first name that reverse lookup returned, in lower case, on a host that stayed at its address. A resolver that does",
        "not answer is not a changed name, and when all names vanish at once, the vantage is degraded.",
      ],
      fields: ["`tripline.baseline.dns_name` → `tripline.observed.dns_name`; `host.name`, `server.domain`."],
    },
  },
  "mac-changed": {
    madeBy: "detector",
    subject: "host-field",
    appears: null,
    declaration: "beside",
    family: "identity",
    rank: null,
    coveredBy: [],
    machine: "its",
    gone: { when: "host-field-normal", field: "mac" },
    absorbed: null,
    accept: { makes: "host-fields", fields: ["mac"] },
    rollout: { byValue: true, names: "values" },
    informational: false,
    planned: null,
    event: {
      category: ["host"],
      type: "change",
      rule: "MAC address changed",
      group: "host",
      attack: [],
      attackByService: false,
    },
    score: {
      rarity: { perDay: 0.0005, maxBits: null, share: null },
      exposure: { points: 8, closed: 12 },
      atMost: 73,
      why: null,
    },
    counts: { what: "host-field", fields: ["mac"], disjoint: false },
    known: knownChanges,
    alertedBy: ["other-high-anomaly"],
    message: {
      opened: (a) => `${hostText(a)} now has MAC ${valueText(a.to)}, was ${valueText(a.from)}`,
      what: (a) => `New MAC of ${hostText(a)}`,
      over: (a) => `${hostText(a)} has its MAC ${valueText(a.from)} again`,
    },
    runbook: {
      mayBe: ["a new network card or virtual machine", "a failover", "another machine with the same address"],
      check: [ARP, "hypervisor or asset inventory", "host keys: unchanged means the same machine"],
    },
    page: {
      about: [
        "The same host answers with a different hardware address: its keys, or its name with its services, say that it is the",
        "same machine. A new network card, a new virtual machine under the old name, a failover; or a second machine that answers",
        "first.",
      ],
      ordinary: [
        "- **A new card or virtual machine**: the vendor of the new MAC fits, and there is a ticket.",
        "- **A failover pair** that shares its keys flips between two MACs.",
        "- **A second machine with the same address**: the known MAC is still alive elsewhere; ARP shows both in turn.",
        "- **Worth a call**: the keys changed too (then it is [identity-changed](identity-changed.md)), or the address is that of",
        "  a gateway, name server or directory.",
      ],
      next: [
        "**Fine**: accept it. **Two machines**: find both switch ports and disconnect the wrong machine; consider ARP inspection",
        "on the switch. What clients sent to that address since `event.start` may have reached the other machine.",
      ],
      found: [
        "From ARP, so only on the agent's own link and with raw sockets; behind a router every host would have the router's",
        "address. Addresses of VRRP, HSRP and GLBP are never compared. Phones and containers make up their addresses and change",
        "them by design: a change from one made-up address to another is deliberately not reported, a change to or from a",
        "manufacturer's address is. Nothing is compared after the vantage itself has moved.",
      ],
      fields: [
        "`tripline.baseline.mac` → `tripline.observed.mac`; `host.mac`. The first three bytes are the manufacturer's.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;
