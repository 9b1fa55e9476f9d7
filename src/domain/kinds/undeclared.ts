import { UNDECLARED_RULES } from "./alerted-by.ts";
import { clip, endpointText, hostText, serviceText } from "../words.ts";
import { LISTENER, WHO } from "./checks.ts";
import { knownHost, knownPort } from "./known.ts";
import type { KindRow } from "./row.ts";

/** What is on the wire and in no declaration. */
export const UNDECLARED_KINDS = {
  "undeclared-port": {
    madeBy: "declarations",
    subject: "port",
    appears: "port",
    declaration: "source",
    family: "port",
    rank: 20,
    coveredBy: [],
    machine: null,
    gone: { when: "endpoint-measured" },
    absorbed: null,
    accept: { makes: "port" },
    rollout: null,
    informational: false,
    planned: "lowered",
    event: {
      category: ["network", "configuration"],
      type: "info",
      rule: "Open port that is not declared",
      group: "declared",
      attack: ["T1133", "T1578"],
      attackByService: true,
    },
    score: {
      rarity: { perDay: "class", maxBits: null, share: 0.25 },
      exposure: { of: "service", share: 0.5 },
      atMost: null,
      why: null,
    },
    counts: { what: "as", kind: "port-opened" },
    known: knownPort,
    alertedBy: UNDECLARED_RULES,
    message: {
      opened: (a) => `Port ${endpointText(a)} (${serviceText(a)}) on ${hostText(a)} is open but not declared`,
      what: (a) => `Undeclared port ${endpointText(a)} on ${hostText(a)}`,
      over: (a) => `Port ${endpointText(a)} on ${hostText(a)} is closed or declared now`,
    },
    runbook: {
      mayBe: ["a service nobody wrote down", "a manual change on the host", "an unwanted listener (candidate T1133)"],
      check: ["infrastructure code and its last apply", LISTENER, WHO],
    },
    page: {
      about: [
        "A port is open, and no declaration of that host names it. Either the declaration is out of date, or something runs that",
        "nobody wanted: this is the gap between what you think you expose and what you really expose.",
      ],
      ordinary: [
        "- **Nobody wrote it down**: an old service. In the first evaluation of an inventory most findings are of this sort, so",
        "  only critical ones alert then.",
        "- **A manual change**: somebody opened it on the host instead of changing the code.",
        "- **The service moved**: the declared port of the host is closed at the same time, which is [port-moved](port-moved.md).",
        "- **Worth a call**: it is also new (the reason says never open before), and it is unidentified, remote administration or",
        "  a data store.",
      ],
      next: [
        "**Wanted**: add a row to the inventory (`host,port,proto,service,scope,owner,expires,ticket`); it is normal as soon as",
        "the inventory is read again. **Not wanted**: close it; the anomaly resolves. For something needed only for a while, a",
        "date in `expires` is better than an accept.",
      ],
      found: [
        "The open ports of the host are compared with its declarations, if at least one row claims the host or its network is",
        'listed in `complete_for`. If one of several sources cannot be read, nothing is "undeclared" (it might be declared',
        "there). A port that is both new and undeclared is one anomaly, with what the baseline remembers.",
      ],
      fields: [
        "`tripline.declared.verdict: undeclared-open-port`, `.intent`; `server.port`; `tripline.observed.service`, `.product`;",
        "`tripline.exposure.class`. `tripline.declared.source.file` is absent: no row names it.",
      ],
    },
  },
  "undeclared-host": {
    madeBy: "declarations",
    subject: "host",
    appears: "host",
    declaration: "source",
    family: null,
    rank: 50,
    coveredBy: [],
    machine: null,
    gone: { when: "stranger-explained" },
    absorbed: null,
    accept: { makes: "host" },
    rollout: null,
    informational: false,
    planned: "lowered",
    event: {
      category: ["host", "configuration"],
      type: "info",
      rule: "Live host that is not declared",
      group: "declared",
      attack: ["T1200"],
      attackByService: false,
    },
    score: {
      rarity: { perDay: 0.001, maxBits: null, share: 0.25 },
      exposure: { points: 6, closed: 12 },
      atMost: null,
      why: null,
    },
    counts: { what: "as", kind: "host-appeared" },
    known: knownHost,
    alertedBy: ["live-not-declared", "rogue-host"],
    message: {
      opened: (a) => `Host ${hostText(a)} is live in ${clip(a.segment)} but not declared`,
      what: (a) => `Undeclared host ${hostText(a)}`,
      over: (a) => `Host ${hostText(a)} is gone or declared now`,
    },
    runbook: {
      mayBe: ["a machine made by hand", "an inventory that lags behind", "a rogue device (candidate T1200)"],
      check: ["DHCP lease and cloud console for {ip}", "switch port of its MAC", "the declaration's owner"],
    },
    page: {
      about: [
        "A host is live in a network whose inventory is complete (`complete_for`), and no row declares it. Either the inventory",
        "lags behind or the machine should not be there.",
      ],
      ordinary: [
        "- **Made by hand**: a virtual machine outside the code, or a test system that was left behind.",
        "- **The inventory lags**: the console or the DHCP lease knows the machine and its owner.",
        "- **Also new**: a host that is new as well ([host-appeared](host-appeared.md)) is one anomaly of this kind, and more",
        "  urgent.",
        "- **Worth a call**: nobody owns it, and it offers remote administration or forwards traffic.",
      ],
      next: [
        "**Wanted**: declare it. **Unknown**: as with any rogue host, find the switch port or the hypervisor of its MAC, then the",
        "person.",
      ],
      found: [
        "Only in networks of `complete_for`, and only while all sources can be read. Its open ports are named in the reason; they",
        "are not separate findings as long as the host itself is one.",
      ],
      fields: [
        "`host.ip`, `host.mac`, `host.name`; `tripline.declared.verdict: undeclared-host`; `event.reason` has the open ports.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;
