import { clip, endpointText, valueText } from "../words.ts";
import type { KindRow } from "./row.ts";
import type { Told } from "./told.ts";

/** The same change on several hosts. It stands for its members, so most of its cells are theirs. */
export const GROUP_KINDS = {
  rollout: {
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
      rule: "Same change on many hosts",
      group: "group",
      attack: [],
      attackByService: false,
    },
    score: {
      rarity: null,
      exposure: null,
      atMost: null,
      why: "scored as its highest member",
    },
    counts: null,
    known: null,
    alertedBy: [
      "identity-replaced",
      "known-backdoor",
      "os-shift",
      "other-high-anomaly",
      "port-burst",
      "port-flapping",
      "rogue-host",
      "same-port-on-many-hosts",
      "service-or-host-lost",
      "version-downgrade",
    ],
    message: {
      opened: (a) => `${groupText(a)}: ${groupKind(a)}${isPresence(a) ? "" : ` for ${rolloutWhat(a)}${fromTo(a)}`}`,
      what: (a) =>
        isPresence(a) ? `${groupKind(a)} of ${groupText(a)}` : `${rolloutWhat(a)} (${groupKind(a)}) on ${groupText(a)}`,
      over: (a) =>
        `${isPresence(a) ? `The ${groupKind(a)}` : `The change of ${rolloutWhat(a)} (${groupKind(a)})`} on ${groupText(a)} is undone`,
    },
    runbook: {
      mayBe: ["a planned rollout (most often)", "an automatic update", "lateral movement with one tool"],
      check: ["patch or deployment window", "the first host that changed", "one member in detail"],
    },
    page: {
      about: [
        "The same change on three hosts or more within three days, or one kind of change on a third of the segment, is one",
        "anomaly instead of many. Planned work looks like that; so do a worm, a mass deployment of an attacker's tool and a",
        "broken update. It scores as its highest member: what would alert alone also alerts in a group.",
      ],
      ordinary: [
        "- **A patch or deployment window**: the members share a role, and the change is a newer version.",
        "- **An automatic update**: spread over hours or days, same product.",
        "- **Worth a call**: `tripline.anomaly.group.kind` is [port-opened](port-opened.md) or",
        "  [service-changed](service-changed.md), nobody announced it, and the hosts have nothing in common except that they are",
        "  reachable; or keys changed on many hosts at once.",
      ],
      next: [
        "Look at the member that changed first, and at one member in detail; the rest are the same. **Fine**: accepting the",
        "rollout accepts all members. **Nobody knows of it**: the order in which the members changed shows where it came from.",
      ],
      found: [
        "Grouped by kind, port, product, and the values before and after. Findings against declarations stay single, because each",
        "has a file and line of its own; so do new hosts, and moves with different values. A host that was reported alone less",
        "than 72 hours before joins it and is superseded by it; hosts that follow join until 72 hours after the first one. Later",
        "ones, and those that were normal again in between, are reported separately.",
      ],
      fields: [
        "`tripline.anomaly.group.kind`: what each member would be alone. `.group.count`, `.group.hosts`, `.group.ips` (the first",
        "100), `.group.from`, `.group.to`. `host` is absent: it is about all of them. Only facts that all members share are under",
        "`tripline.observed`. Every member has events of its own, none of them an alert: `tripline.anomaly.member_of` names the",
        "group. At most 50 members have one per cycle (`.group.member_events`); `.group.members_left_out` counts the rest.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;

function groupText({ segment, group }: Told): string {
  return `${group?.hosts ?? 0} hosts in segment ${clip(segment)}`;
}

function groupKind({ kind, group }: Told): string {
  return group?.kind ?? kind;
}

function isPresence({ group }: Told): boolean {
  return group?.names === "hosts";
}

/** `openssh on 22/tcp` of the subject `version-changed 22/tcp openssh`. */
function rolloutWhat(a: Told): string {
  const product = a.after.product ?? a.before.product ?? null;
  if (a.port === null) return clip(a.subject.replace(`${a.group?.kind} `, ""));
  return product === null ? endpointText(a) : `${clip(product.toLowerCase())} on ${endpointText(a)}`;
}

function fromTo({ from, to, group }: Told): string {
  if (group?.names !== "values") return "";
  return `${from === null ? "" : ` from ${valueText(from)}`}${to === null ? "" : ` to ${valueText(to)}`}`;
}
