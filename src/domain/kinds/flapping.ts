import { clip, endpointText, hostText } from "../words.ts";
import { LISTENER, WHO } from "./checks.ts";
import { knownChanges } from "./known.ts";
import type { KindRow } from "./row.ts";
import type { Told } from "./told.ts";

/** What keeps changing its state is one fact, not one for every change. */
export const FLAPPING_KINDS = {
  flapping: {
    madeBy: "detector",
    subject: "port",
    appears: null,
    declaration: "apart",
    family: null,
    rank: 55,
    coveredBy: [],
    machine: "its",
    gone: { when: "steady" },
    absorbed: null,
    accept: { makes: "port" },
    rollout: { byValue: false, names: "subject" },
    informational: false,
    planned: "lowered",
    event: {
      category: ["network"],
      type: "info",
      rule: "Keeps changing its state",
      group: "port",
      attack: [],
      attackByService: false,
    },
    score: {
      rarity: { bits: 7 },
      exposure: null,
      atMost: 47,
      byRole: { workstation: { points: 0, atMost: 21 }, phone: { points: 0, atMost: 21 } },
      why: "what it is was reported when it opened or was lost for the first time",
    },
    counts: null,
    known: knownChanges,
    alertedBy: ["port-flapping"],
    message: {
      opened: (a) => `${thing(a)} keeps ${how(a)}, segment ${clip(a.segment)}`,
      what: (a) => (a.port === null ? `Unsteady ${hostText(a)}` : `Unsteady ${endpointText(a)} of ${hostText(a)}`),
      over: (a) => `${thing(a)} is steady again`,
    },
    runbook: {
      mayBe: [
        "a service that crashes and is restarted",
        "a job or a container that listens only while it runs",
        "a filter or a rate limit between the scanner and the host",
        "a listener that hides most of the time",
      ],
      check: [LISTENER, "restarts in the log of the service manager", WHO],
    },
    page: {
      about: [
        "The state of a port, or whether a host answers, changed in at least a fifth of the last looks. Each opening and each end",
        "would be a report of its own; this one stands for all of them until the state is steady. It is not an alert by itself:",
        "what opened or was lost was reported the first time it happened.",
      ],
      ordinary: [
        "- **A crashing service**: the changes have no rhythm, and the log of the service manager shows restarts.",
        "- **A job**: the changes have a rhythm. Accept it; it may then come and go.",
        "- **A host**: a bad cable or switch port, a machine that restarts in a loop, a device at the edge of its radio network.",
        "- **A filter**: several ports of the host change at the same times.",
        "- **Worth a call**: an unidentified listener that is open for one scan at a time.",
      ],
      next: [
        "**Fine**: accept it; this port then stays quiet. **Crashing**: repair the service. It ends when the port is steady; if",
        "the port then stays open without being normal, it is reported as [port-opened](port-opened.md).",
      ],
      found: [
        "The last 21 looks in which the port was measured count, a recent change one and a half times as much as an old one. It",
        "begins with a change at 20 % and ends below 5 %. Meanwhile [port-opened](port-opened.md) and",
        "[port-closed](port-closed.md) of this port are left out. Scans in which the host was away or was not asked do not count,",
        "and neither do those of a degraded vantage. A host counts as away after three silences in a row. Only scans in which its",
        "rhythm expects it count: being off at night or at weekends is not a change, and what comes and goes for long enough",
        "becomes its rhythm. Meanwhile [host-appeared](host-appeared.md) and [host-disappeared](host-disappeared.md) of this host",
        "are left out; if it then stays away, that is reported.",
      ],
      fields: [
        "`server.port`; `tripline.observed.state`: how it was found this time. `tripline.anomaly.count`: sightings.",
        "`tripline.anomaly.supersedes`: the opening that it replaces.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;

function thing(a: Told): string {
  return a.port === null ? `Host ${hostText(a)}` : `Port ${endpointText(a)} of ${hostText(a)}`;
}

function how({ port }: Told): string {
  return port === null ? "coming and going" : "changing between open and closed";
}
