import { clip, hostText } from "../words.ts";
import { WHO } from "./checks.ts";
import { knownChanges, knownPorts } from "./known.ts";
import type { KindRow } from "./row.ts";
import type { Told } from "./told.ts";

/** How many of the asked ports of one host answer. */
export const MANY_PORTS_KINDS = {
  "all-ports-open": {
    madeBy: "detector",
    subject: "ports",
    appears: null,
    declaration: "beside",
    family: "port",
    rank: null,
    coveredBy: [],
    machine: null,
    gone: { when: "host-field-normal", field: "all_ports_open" },
    absorbed: null,
    accept: { makes: "host-fields", fields: ["all_ports_open"] },
    rollout: { byValue: false, names: "hosts" },
    informational: false,
    planned: null,
    event: {
      category: ["network"],
      type: "info",
      rule: "Implausibly many open ports",
      group: "port",
      attack: ["T1562.004"],
      attackByService: false,
    },
    score: {
      rarity: { bits: 12 },
      exposure: null,
      atMost: 73,
      why: "no machine runs so many services; a middlebox that answers for every host is told of the segment, not here",
    },
    counts: null,
    known: knownChanges,
    alertedBy: ["port-burst"],
    message: {
      opened: (a) => `${hostText(a)} answers as open on ${a.to === null ? "implausibly many" : clip(a.to)} ports`,
      what: (a) => `Implausibly many open ports on ${hostText(a)}`,
      over: (a) => `${hostText(a)} no longer answers on implausibly many ports`,
    },
    runbook: {
      mayBe: [
        "a firewall or SYN proxy answers for the host",
        "a tarpit or honeypot",
        "a firewall switched off (candidate T1562.004)",
      ],
      check: ["the same scan from another vantage", "firewall between vantage and host"],
    },
    page: {
      about: [
        "A host answers as open on implausibly many ports. No machine runs that many services: something answers for it, or wants",
        "to waste the scanner's time. What the scan says about its individual ports then means nothing, so they are not compared.",
      ],
      ordinary: [
        "- **A SYN proxy or firewall** answers for the host, and usually for its neighbours as well.",
        "- **Your own tarpit or honeypot**: your security team has it on a list.",
        "- **Worth a call**: a single ordinary host, or a firewall that used to filter and no longer does.",
      ],
      next: [
        "**A middlebox**: scan from behind it, or remove the host from the targets; a scan through it shows nothing. **A",
        "honeypot**: accept it. **A firewall was switched off**: its services become [ports-opened](ports-opened.md) once they",
        "answer for themselves.",
      ],
      found: [
        "More than 2,000 open ports, or at least 256 that are half of all that were asked. Sixteen of them are probed a second",
        "time; when most of those are refuted, nothing is reported. While it lasts, silence about a single port is unknown, not",
        "closed, so nothing closes and nothing opens on this host.",
      ],
      fields: [
        "`tripline.observed.state`; the number is in the message. `host.ip`, `source.ip` (the vantage that sees it this way).",
      ],
    },
  },
  "ports-opened": {
    madeBy: "join",
    subject: "ports",
    appears: null,
    declaration: "beside",
    family: "port",
    rank: null,
    coveredBy: [],
    machine: null,
    gone: { when: "burst-closed" },
    absorbed: null,
    accept: { makes: "burst" },
    rollout: { byValue: true, names: "values" },
    informational: false,
    planned: "learned",
    event: {
      category: ["network"],
      type: "start",
      rule: "Many ports opened together",
      group: "port",
      attack: ["T1562.004", "T1571"],
      attackByService: false,
    },
    score: { rarity: null, exposure: null, atMost: null, why: "scored as its highest port" },
    counts: null,
    known: knownPorts,
    alertedBy: ["port-burst"],
    message: {
      opened: (a) => `${manyText(a)} opened together on ${hostText(a)}, segment ${clip(a.segment)}`,
      what: (a) => `Ports that opened together on ${hostText(a)}`,
      over: (a) => `The ports that opened together on ${hostText(a)} are closed again`,
    },
    runbook: {
      mayBe: [
        "a firewall, SYN proxy or tarpit that answers for the host",
        "a stack of containers or a new role put on the host",
        "a host firewall switched off (candidate T1562.004)",
      ],
      check: ["the same scan from another vantage", "`ss -ltnp` on the host: do its processes own these ports", WHO],
    },
    page: {
      about: [
        "Ten ports or more that are not normally open (of a short list half of it, at least five) answer on one host in one scan.",
        "Told one by one they would be a flood of alerts about a single cause, so they are one anomaly with the list of ports,",
        "scored as its highest port. The cause is usually something in front of the host or the host as a whole, seldom that many",
        "programs.",
      ],
      ordinary: [
        "- **A middlebox** (SYN proxy, load balancer, intrusion prevention) answers for the host: no port speaks a protocol, all",
        "  answers carry the same `reason_ttl`, other hosts of the segment show it in the same cycle.",
        "- **A tarpit or honeypot** answers on ports that make no sense together, or on all of them.",
        "- **A new role**: a handful of services that belong together (a directory server, a container host, a games console) and",
        "  that identify themselves.",
        "- **A firewall was switched off**: ports that were always listening behind it show at once, with real services on them.",
        "  This is the urgent case, because every one of them is now reachable.",
        "- **Port knocking or a worm's listener set**: many unidentified high ports on one ordinary workstation.",
      ],
      next: [
        "Look at three of the ports by hand before anything else: a real service says what it is, a middlebox says nothing.",
        "**Fine**: accept the anomaly, and all its ports are normal. **The firewall is off**: turn it on again; the anomaly",
        "resolves when the ports are measured closed. **A middlebox**: scan from behind it, because what is measured through it",
        "says little about the host.",
      ],
      found: [
        "The newly open ports of one host in one scan are first counted and compared with how many were asked; a few of them stay",
        "[port-opened](port-opened.md). A sample of sixteen is asked a second time: when most of it is refuted, nothing is",
        "reported, otherwise `confirmed` refers to the sample. The ports are not learned. A port that opens later is reported by",
        "itself, unless a hundred have opened already. It ends when none of them was open in two scans, and becomes normal when",
        "it has lasted for `baseline.forget_after`. A host that answers on at least half of the ports it is asked, and on 256 or",
        "more, is [all-ports-open](all-ports-open.md).",
      ],
      fields: [
        "`host.ip`, `host.name`: the host. `tripline.observed.open_count`, `.open_ports` (`21-23,80,udp:53`) and `.asked_count`:",
        "how many, which, and of how many. `tripline.observation` events of the same `tripline.scan.id` carry one document per",
        "port.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;

/** `240 of 1000 asked ports`. */
function manyText({ after }: Told): string {
  const { open_count: open = 0, asked_count: asked = 0 } = after;
  return asked === 0 ? `${open} ports` : `${open} of ${asked} asked ports`;
}
