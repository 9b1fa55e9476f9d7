import { clip, hostText, valueText } from "../words.ts";
import { WHO } from "./checks.ts";
import { knownChanges, knownHost, knownPresence } from "./known.ts";
import type { KindRow } from "./row.ts";

/** A host is there, is not, or is elsewhere. */
export const PRESENCE_KINDS = {
  "host-appeared": {
    madeBy: "detector",
    subject: "host",
    appears: "host",
    declaration: "wins",
    family: null,
    rank: 80,
    coveredBy: [],
    machine: null,
    gone: { when: "stranger-explained" },
    absorbed: null,
    accept: { makes: "host" },
    rollout: { byValue: false, names: "hosts" },
    informational: false,
    event: {
      category: ["host"],
      type: "start",
      rule: "New host",
      group: "host",
      attack: ["T1200"],
      attackByService: false,
    },
    score: {
      rarity: { perDay: 0.001, maxBits: null, share: null },
      exposure: { points: 12, closed: 24 },
      atMost: null,
      why: "one new host per day and thousand",
    },
    counts: { what: "host", turns: "up" },
    known: knownHost,
    message: {
      opened: (a) => `New host ${hostText(a)} in segment ${clip(a.segment)}`,
      what: (a) => `New host ${hostText(a)}`,
      over: (a) => `New host ${hostText(a)} is gone again`,
    },
    runbook: {
      mayBe: ["a newly installed machine", "a laptop or phone", "a rogue device (candidate T1200)"],
      check: ["DHCP lease and inventory for {ip}", "switch port of its MAC", "who works at that place"],
    },
    page: {
      about: [
        "An address answers that no scan of this segment ever saw, and its evidence (keys, MAC, name) belongs to no known host. In a",
        "closed segment (`vantage: { closed: true }`) strangers are rogue, and it scores higher. Its ports are part of it: there are no",
        "`port-opened` anomalies beside it.",
      ],
      ordinary: [
        "- **A new machine**: it is in the inventory or in the hypervisor, its MAC vendor fits, its services fit its role.",
        "- **A laptop or phone**: an address of the DHCP pool, no or few open ports, a made-up MAC (second digit 2, 6, A or E).",
        "- **A known machine that changed everything**: if its keys were replaced too, Tripline cannot know it; an earlier host",
        "  disappears at the same time.",
        "- **Worth a call**: in a server or control network; a MAC vendor of single-board computers or travel routers; a host that",
        "  forwards, proxies or scans; nobody at that switch port knows it.",
      ],
      next: [
        "**Fine**: accept it, and it is known with everything it shows. **A guest in a network for guests**: mute by address range",
        "instead of accepting each. **Rogue**: find the switch port of its MAC (`show mac address-table`), shut it there, and keep",
        "the device.",
      ],
      found: [
        "After the segment is mature. A host counts as new until somebody accepts it; it resolves when it is gone again. When it comes",
        "back within 30 days, the same anomaly is open again and says so (`updated`); it is an alert again only when it brings along",
        "what is worse. Addresses of a network that no scan asked before are learned silently, so adding a network raises no alarm.",
        "Seen in two ways (ARP and a port, or in two scans) it is `confirmed`.",
      ],
      fields: [
        "`host.ip`, `host.mac`, `host.name`, `host.os.full`; `tripline.observed.mac`, `.dns_name`, `.os_family`, `.identity` (the",
        "strongest evidence). `tripline.vantage.closed`. The ports are in `tripline.observation` events of the same",
        "`tripline.scan.id`.",
      ],
    },
  },
  "host-disappeared": {
    madeBy: "detector",
    subject: "host",
    appears: null,
    declaration: "beside",
    family: null,
    rank: null,
    coveredBy: [],
    machine: null,
    gone: { when: "host-answers" },
    absorbed: null,
    accept: { makes: "absence" },
    rollout: { byValue: true, names: "hosts" },
    informational: false,
    event: {
      category: ["host"],
      type: "end",
      rule: "Host no longer answers",
      group: "host",
      attack: [],
      attackByService: false,
    },
    score: { rarity: { perDay: 0.05, maxBits: null, share: null }, exposure: null, atMost: 47, why: null },
    counts: { what: "host", turns: "gone" },
    known: knownPresence,
    message: {
      opened: (a) => `Host ${hostText(a)} no longer answers in segment ${clip(a.segment)}`,
      what: (a) => `Missing host ${hostText(a)}`,
      over: (a) => `Host ${hostText(a)} answers again`,
    },
    runbook: {
      mayBe: ["switched off or removed", "a new filter on the path", "a network fault"],
      check: [WHO, "console or hypervisor state", "link state of its switch port"],
    },
    page: {
      about: [
        "A host that is known was asked in complete scans and stayed silent. For a workstation that is the end of a day, for a server",
        "an outage; a security appliance that vanishes is a reason to look who switched it off.",
      ],
      ordinary: [
        "- **Switched off**: workstations in the evening; a machine that was removed has a ticket.",
        "- **A filter**: it still works for its users and answers nothing to the scanner; several hosts at once.",
        "- **A network fault**: its switch port or hypervisor is down as well. When many hosts vanish at once the vantage is",
        "  degraded instead and nothing is reported: [vantage-degraded](../health.md#vantage-degraded).",
        "- **It moved**: the same key or MAC at another address is [host-moved](host-moved.md).",
      ],
      next: [
        "**Removed for good**: accept it, and the host is no longer expected. **Down**: repair it, the anomaly resolves when it",
        "answers. **Only filtered**: allow the scanner, or exclude the host; a host that cannot be seen cannot be watched.",
      ],
      found: [
        "Three covered scans in a row without any answer, while the vantage was healthy. What left while the segment was still",
        "learning is not reported later. A partial scan, an excluded address and a name that does not resolve say nothing about",
        "presence.",
      ],
      fields: [
        "`tripline.baseline.ip`, `.mac`, `.dns_name`: who it was. `tripline.baseline.last_seen`: when it last answered.",
        "`host.id` stays the same when it comes back.",
      ],
    },
  },
  "host-moved": {
    madeBy: "detector",
    subject: "host-field",
    appears: null,
    declaration: "beside",
    family: null,
    rank: null,
    coveredBy: [],
    machine: null,
    gone: { when: "host-field-normal", field: "ip" },
    absorbed: null,
    accept: { makes: "host-fields", fields: ["ip", "name"] },
    rollout: { byValue: false, names: "hosts" },
    informational: true,
    event: {
      category: ["host"],
      type: "change",
      rule: "Host moved to another address",
      group: "host",
      attack: [],
      attackByService: false,
    },
    score: {
      rarity: { perDay: 0.05, maxBits: 4, share: null },
      exposure: null,
      atMost: 21,
      why: "DHCP: 4 % of returns",
    },
    counts: { what: "host-field", fields: ["ip"] },
    known: knownChanges,
    message: {
      opened: (a) => `${hostText(a)} moved from ${valueText(a.from)} to ${valueText(a.to)}`,
      what: (a) => `Move of ${hostText(a)}`,
      over: (a) => `${hostText(a)} is back at ${valueText(a.from)}`,
    },
    runbook: {
      mayBe: ["a new DHCP lease", "a planned renumbering"],
      check: ["DHCP log"],
    },
    page: {
      about: [
        "The same machine, known by its keys or its MAC, answers at another address. It is for information and never an alert: it",
        "keeps the history of the host in one place when addresses change.",
      ],
      ordinary: [
        "- **DHCP**: a new lease after a longer absence.",
        "- **Renumbering**: many hosts, a ticket.",
        "- **Unusual**: a server with a fixed address that moved by itself, or a key that now answers at two addresses: a cloned",
        "  machine.",
      ],
      next: [
        "Nothing, or correct the inventory. Rules of firewalls and allow-lists that name the old address should follow.",
      ],
      found: [
        "Evidence decides, the strongest first: SSH host keys, TLS keys, a MAC from a manufacturer, then a name. Evidence that two",
        "hosts share at the same time (a cloned image, a factory certificate, a load balancer) identifies nobody. The new name of",
        "the new address is part of the move.",
      ],
      fields: [
        "`tripline.baseline.ip` → `tripline.observed.ip`; `tripline.observed.identity`: what it was recognised by; `host.id`.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;
