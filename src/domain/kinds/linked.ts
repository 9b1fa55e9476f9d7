import { clip, endpointText, hostText } from "../words.ts";
import { FLOWS, LISTENER, WHO } from "./checks.ts";
import type { KindRow } from "./row.ts";
import type { Told } from "./told.ts";

/** What belongs together although each part could be told alone: one host after another, or many ports of one host. */
export const LINKED_KINDS = {
  "port-spread": {
    madeBy: "group",
    subject: "hosts",
    appears: null,
    declaration: "beside",
    family: null,
    rank: null,
    coveredBy: [],
    machine: null,
    gone: { when: "members-gone" },
    absorbed: null,
    accept: { makes: "members" },
    rollout: null,
    informational: false,
    planned: null,
    event: {
      category: ["network"],
      type: "info",
      rule: "Same port on more and more hosts",
      group: "group",
      attack: ["T1210", "T1570"],
      attackByService: false,
    },
    score: {
      rarity: { bits: 12 },
      exposure: null,
      atMost: null,
      why: "as its highest member; where nobody else ever had the port open, at least this",
    },
    counts: null,
    known: () => "The same port opened on these hosts one after another within seven days",
    alertedBy: ["same-port-on-many-hosts"],
    message: {
      opened: (a) => `Port ${portOf(a)} opens on host after host in segment ${clip(a.segment)}: ${hostsText(a)}`,
      what: (a) => `Port ${portOf(a)} on more and more hosts`,
      over: (a) => `Port ${portOf(a)} is closed again on all hosts where it spread`,
    },
    runbook: {
      mayBe: [
        "an agent or a service that is rolled out gradually",
        "lateral movement, a worm that takes its time (candidates T1210, T1570)",
        "a program that users install themselves",
      ],
      check: ["the host where it opened first", "flows between the hosts before each opening", LISTENER, WHO],
    },
    page: {
      about: [
        "The same port, with the same product, is newly open on three hosts or more within seven days, but not all at once. One",
        "opening is a deployment; one host after another is how worms and intruders move. It names all hosts, including those",
        "that are clean again, and gets an update for each one that follows. It scores as its highest member, and higher where no",
        "other host in the segment ever had the port open.",
      ],
      ordinary: [
        "- **A rollout by hand**: somebody installs an agent on a few hosts a day. There is a ticket, and the product identifies",
        "  itself.",
        "- **A program of the users**: file sharing, a game, a chat client, on workstations only.",
        "- **Worth a call**: an unidentified service, a shell or remote administration; hosts that have nothing in common except",
        "  that each is reachable from the one before.",
      ],
      next: [
        "Look at the first host and how the service got there, then at the flows from it to the next one. **Fine**: accept it;",
        "the port is then normal on all of them. Announce the rest of the rollout. **Nobody knows it**: isolate all of them at",
        "the same time.",
      ],
      found: [
        "By port, protocol and product. Openings that were declared, announced, accepted or that lasted long enough do not count;",
        "many hosts in one cycle are a [rollout](rollout.md), which this replaces when others follow later than three days. The",
        "next host may follow seven days after the last one.",
      ],
      fields: [
        "`tripline.anomaly.group.hosts`, `.group.ips`, `.group.count`, in the order in which they were found; `.group.kind`: what",
        "each is alone. `tripline.anomaly.supersedes`: the anomalies of single hosts that it replaces. `host` is absent: it is",
        "about all of them. Every host has events of its own with `tripline.anomaly.member_of`.",
      ],
    },
  },
  "ports-changed": {
    madeBy: "group",
    subject: "hosts",
    appears: null,
    declaration: "beside",
    family: null,
    rank: null,
    coveredBy: [],
    machine: null,
    gone: { when: "members-gone" },
    absorbed: null,
    accept: { makes: "members" },
    rollout: null,
    informational: false,
    planned: null,
    event: {
      category: ["network"],
      type: "info",
      rule: "Many ports of one host changed",
      group: "group",
      attack: [],
      attackByService: false,
    },
    score: { rarity: null, exposure: null, atMost: null, why: "scored as its highest member" },
    counts: null,
    known: () => "They changed together, so one cause is likely",
    alertedBy: ["other-high-anomaly", "service-or-host-lost"],
    message: {
      opened: (a) => `${partsText(a)} changed together on ${hostText(a)}, segment ${clip(a.segment)}`,
      what: (a) => `${partsText(a)} on ${hostText(a)}`,
      over: (a) => `The ports that changed together on ${hostText(a)} are as before`,
    },
    runbook: {
      mayBe: [
        "a stack of services that was stopped, moved or upgraded as a whole",
        "a host firewall that was switched on",
        "another machine or a proxy in the host's place",
      ],
      check: [WHO, "`ss -ltn` on the host: are the services still there", FLOWS],
    },
    page: {
      about: [
        "Ten ports or more of one host changed in the same way: they closed, or they have different services, versions or",
        "certificates. Reported one by one they would be a flood of alerts about a single cause, so they are one anomaly that",
        "lists them and scores as the highest of them. Many ports that open are [ports-opened](ports-opened.md).",
      ],
      ordinary: [
        "- **A stack was stopped or moved**: an application server, a set of containers; somebody has a ticket.",
        "- **A firewall was switched on**: the services still run, but the scanner no longer reaches them.",
        "- **A shared certificate was replaced**: all virtual hosts show the new one.",
        "- **Worth a call**: every service of the host is now a different program, and nobody rebuilt it.",
      ],
      next: [
        "**Fine**: accept it; what all its ports show is then normal. **A mistake**: repair the host; the anomaly resolves when",
        "the last of its ports is as before.",
      ],
      found: [
        "Ten or more changes of one kind on one host in one cycle. Further changes of this kind join for 72 hours. A port that",
        "went back to normal in between and changes again is reported again.",
      ],
      fields: [
        "`tripline.anomaly.group.kind`: what each port would be alone; `.group.count`, `.group.subjects` (`tcp/443`, the first",
        "100). `host` is the one they are on. Every port has events of its own with `tripline.anomaly.member_of`, none of them an",
        "alert.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;

/** `4444/tcp (nginx)`. */
function portOf(a: Told): string {
  const product = a.after.product ?? null;
  return product === null ? endpointText(a) : `${endpointText(a)} (${clip(product)})`;
}

function hostsText({ group }: Told): string {
  const { hosts = 0, list = [] } = group ?? {};
  const named = list.map(clip).join(", ");
  return hosts > list.length ? `${named} and ${hosts - list.length} more` : named;
}

/** `24 ports (port-closed)`. */
function partsText({ group }: Told): string {
  return `${group?.members ?? 0} ports (${group?.kind ?? "changed"})`;
}
