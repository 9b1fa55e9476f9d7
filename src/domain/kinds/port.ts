import { clip, endpointText, hostText, serviceText } from "../words.ts";
import { APPEARED_RULES } from "./alerted-by.ts";
import { FLOWS, LISTENER, WHO } from "./checks.ts";
import { knownPort, knownPresence } from "./known.ts";
import type { KindRow } from "./row.ts";

/** One port of a known host: open where it is not normally, or the other way round. */
export const PORT_KINDS = {
  "port-opened": {
    madeBy: "detector",
    subject: "port",
    appears: "port",
    declaration: "wins",
    family: "port",
    rank: 60,
    coveredBy: ["flapping"],
    machine: "its",
    gone: { when: "port-normal" },
    absorbed: { when: "port-stays-open" },
    accept: { makes: "port" },
    rollout: { byValue: true, names: "values" },
    informational: false,
    planned: "learned",
    event: {
      category: ["network"],
      type: "start",
      rule: "New open port",
      group: "port",
      attack: ["T1571"],
      attackByService: true,
    },
    score: {
      rarity: { perDay: "class", maxBits: null, share: null },
      exposure: { of: "service", share: null },
      atMost: null,
      why: null,
    },
    counts: { what: "port", turns: "open" },
    known: knownPort,
    alertedBy: APPEARED_RULES,
    message: {
      opened: (a) =>
        `New open port ${endpointText(a)} (${serviceText(a)}) on ${hostText(a)}, segment ${clip(a.segment)}`,
      what: (a) => `Open port ${endpointText(a)} on ${hostText(a)}`,
      over: (a) => `Port ${endpointText(a)} on ${hostText(a)} is closed again`,
    },
    runbook: {
      mayBe: [
        "a legitimate deployment (most often)",
        "a debug or admin port left open",
        "a reverse shell or C2 listener (candidate T1571)",
      ],
      check: [WHO, LISTENER, FLOWS],
    },
    page: {
      about: [
        "A host that is known answers on a port that is not normally open there. It is the plainest sign of a new service, and of",
        "a listener somebody put there: a bind shell, a tunnel, a debug port that was left on. Ports of a host that is itself new",
        "belong to its [host-appeared](host-appeared.md), and many ports that open at once to [ports-opened](ports-opened.md).",
      ],
      ordinary: [
        "- **A deployment** has an owner, a ticket, a service that identifies itself, usually on its usual port, and the same",
        "  port on the sister hosts. Three hosts with the same change are one [rollout](rollout.md).",
        "- **A dynamic port** (RPC, NodePort, above 32767 on Linux or 49152 on Windows) falls in a range where this host has",
        "  opened and closed others before; `tripline hosts ADDRESS` shows them.",
        "- **Worth a call at night**: the service stays unidentified or speaks a protocol that has no business on that port",
        "  (`tripline.observed.usual_port: false`), remote administration, a proxy, a data store or a control plane",
        "  (`tripline.exposure.class`), a server that has had the same ports for months, or another anomaly on the same host in",
        "  the same hour.",
      ],
      next: [
        "**Fine**: accept it or, better, add it to the declaration: then it needs no accept. **A mistake**: stop the service or",
        "bind it to loopback; the anomaly resolves by itself once the port is measured closed. **Hostile**: isolate the host",
        "before you stop the process, take the process tree and its connections first, and look for the same port on other hosts",
        "(`server.port` in `tripline.observation`).",
      ],
      found: [
        "The port was measured closed in the scans that were learned and is open now. On a mature host the same port is probed",
        "again in the same cycle with the other technique (SYN after connect, connect after SYN), so `confirmed: true` means two",
        "independent handshakes. A port that no scan has asked about before is learned silently instead: a longer port list is",
        "not a change on the network. It resolves when the port is measured closed again, and ports outside the planned list are",
        "not seen at all.",
      ],
      fields: [
        "`server.ip`, `server.port`, `network.transport`: the endpoint. `tripline.observed.service`, `.product`, `.version`,",
        "`.banner`: what answers; absent when the service did not say. `tripline.observed.usual_port`, `tripline.exposure.class`:",
        "what that means. `tripline.baseline.scans`: how many scans found it closed. `tripline.anomaly.evidence`: `handshake` is",
        "proof, `syn-ack` an answer to one probe.",
      ],
    },
  },
  "port-closed": {
    madeBy: "detector",
    subject: "port",
    appears: null,
    declaration: "wins",
    family: "port",
    rank: 70,
    coveredBy: ["flapping"],
    machine: "its",
    gone: { when: "port-normal" },
    absorbed: null,
    accept: { makes: "port" },
    rollout: { byValue: true, names: "values" },
    informational: false,
    planned: "learned",
    event: {
      category: ["network"],
      type: "end",
      rule: "Port no longer open",
      group: "port",
      attack: [],
      attackByService: false,
    },
    score: {
      rarity: { perDay: 0.004, maxBits: 8, share: null },
      exposure: null,
      atMost: 47,
      byRole: {
        server: { points: 30, atMost: 73 },
        "kubernetes-node": { points: 30, atMost: 73 },
        printer: { points: 12, atMost: 60 },
        iot: { points: 20, atMost: 60 },
        workstation: { points: 0, atMost: 21 },
        phone: { points: 0, atMost: 21 },
      },
      why: "by what the host is for; ports that are dynamic are worth nothing",
    },
    counts: { what: "port", turns: "closed" },
    known: knownPresence,
    alertedBy: ["service-or-host-lost"],
    message: {
      opened: (a) =>
        `Port ${endpointText(a)} (${serviceText({ after: { ...a.before, ...a.after } })}) on ${hostText(a)} is no longer open`,
      what: (a) => `Closed port ${endpointText(a)} on ${hostText(a)}`,
      over: (a) => `Port ${endpointText(a)} on ${hostText(a)} is open again`,
    },
    runbook: {
      mayBe: ["a service stopped or was removed", "a new filter on the path", "a crash"],
      check: [WHO, "is the process running on {ip}", "filter rules between vantage and host"],
    },
    page: {
      about: [
        "A port that is normally open stopped answering and stayed away. On a server that is a failed service or a filter in",
        "between; it is also what somebody does who stops a log forwarder or a security agent.",
      ],
      ordinary: [
        "- **Maintenance** has a ticket, a time window, and ends: the anomaly resolves when the port answers again.",
        "- **A crash**: `tripline.observed.state: closed` (the host answers with a reset: it is up, but nothing listens).",
        "- **A filter**: `filtered` (silence). Several hosts at once, or every port of one host except the allowed ones, points",
        "  to a firewall change.",
        "- **Removed on purpose**: the declaration says so too; what is still declared is",
        "  [missing-endpoint](missing-endpoint.md).",
        "- **Worth a call**: the closed service was a sensor, a log forwarder, a backup or a directory service.",
      ],
      next: [
        "**Removed on purpose**: accept it; the port is then expected to be closed. **A failure**: restart it and let the anomaly",
        "resolve. Otherwise find out who changed filter rules, and compare with another vantage.",
      ],
      found: [
        "Two covered scans in a row with a reset, or three without an answer; a scan that was partial, failed or from a degraded",
        "vantage does not count, and neither does one whose plan did not contain the port. So this kind is slow by design, and",
        "every such finding was seen several times.",
      ],
      fields: [
        "`tripline.anomaly.evidence`: `reset` or `no-response`. `tripline.baseline.service`, `.product`, `.version`: what used to",
        "answer. `tripline.baseline.last_seen`: when it last did.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;
