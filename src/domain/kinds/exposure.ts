import { clip, endpointText, hostText, valueText } from "../words.ts";
import { FLOWS, LISTENER } from "./checks.ts";
import type { KindRow } from "./row.ts";

/** What should be reachable nowhere, whatever is normal here. */
export const EXPOSURE_KINDS = {
  "exposure-found": {
    madeBy: "detector",
    subject: "port",
    appears: null,
    declaration: "apart",
    family: "port",
    rank: 5,
    coveredBy: [],
    machine: null,
    gone: { when: "endpoint-measured" },
    absorbed: null,
    accept: { makes: "port" },
    rollout: { byValue: true, names: "subject" },
    informational: false,
    planned: null,
    event: {
      category: ["network", "malware"],
      type: "info",
      rule: "Known backdoor",
      group: "service",
      attack: ["T1571", "T1059"],
      attackByService: false,
    },
    score: {
      rarity: { bits: 17 },
      exposure: { points: 20, closed: 20 },
      atMost: null,
      why: "whoever connects controls the machine; never less than critical",
    },
    counts: null,
    known: () => "nmap recognises what answers here as a backdoor",
    alertedBy: ["known-backdoor"],
    message: {
      opened: (a) =>
        `Known backdoor (${valueText(a.to)}) answers on port ${endpointText(a)} of ${hostText(a)}, segment ${clip(a.segment)}`,
      what: (a) => `Known backdoor on port ${endpointText(a)} of ${hostText(a)}`,
      over: (a) => `The backdoor on port ${endpointText(a)} of ${hostText(a)} no longer answers`,
    },
    runbook: {
      mayBe: [
        "a backdoor, a trojan or an open shell (candidates T1571, T1059)",
        "your own honeypot or training machine",
        "a service that answers like one",
      ],
      check: [LISTENER, FLOWS, "isolate the host before doing anything else on it"],
    },
    page: {
      about: [
        "nmap recognised what answers on a port as a backdoor: its probe database marks it `**BACKDOOR**`, `**MALWARE**` or",
        "`**TROJAN**`, or calls it a worm, a rootkit, a command and control server or a shell without a login. It does not matter",
        "what is normal here: it is reported even while the baseline is learning, no declaration excuses it, and the NodePort",
        "range gives no discount.",
      ],
      ordinary: [
        "- **A honeypot or a training machine** (Metasploitable and the like): your security team has it on a list. Accept it",
        "  once.",
        "- **`netcat -e` or a debug shell** that somebody forgot: not an attacker, but still an open door.",
        "- **A wrong verdict**: a short or empty greeting can match the answer of an old trojan. The owner knows the software",
        "  behind the port, and its answer to `nc ADDRESS PORT` makes sense.",
        "- **Worth a call**: everything else, at any hour.",
      ],
      next: [
        "**Isolate the host, keep it running** (its memory is evidence), and look at who connected to the port since",
        "`event.start`. **Harmless**: accept it; this port of this host then stays quiet as long as the service is there. A",
        "second one elsewhere is reported.",
      ],
      found: [
        "It is judged by the answer of the service itself (`conf` 8 or more), never by a name from the port table. When a scan",
        "does not probe the service, its last answer counts. It resolves when the port is closed, or when another service",
        "answers. It replaces [port-opened](port-opened.md) and [service-changed](service-changed.md) of the same port.",
      ],
      fields: [
        "`tripline.observed.service`, `.product`, `.extra_info`: nmap's words. `tripline.anomaly.reasons: backdoor`.",
        "`server.port`, `source.ip` (the vantage that reached it).",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;
