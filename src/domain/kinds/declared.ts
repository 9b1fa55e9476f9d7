import { endpointText, hostText, placeText, serviceText, valueText } from "../words.ts";
import { SOFTWARE_FIELDS } from "./software-fields.ts";
import { LISTENER } from "./checks.ts";
import { knownChanges, knownPresence } from "./known.ts";
import type { KindRow } from "./row.ts";
import type { Told } from "./told.ts";

/** What a declaration names and the wire shows otherwise. */
export const DECLARED_KINDS = {
  "port-moved": {
    madeBy: "declarations",
    subject: "port",
    appears: null,
    declaration: "source",
    family: "port",
    rank: 10,
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
      type: "change",
      rule: "Declared service on another port",
      group: "declared",
      attack: [],
      attackByService: false,
    },
    score: {
      rarity: { bits: 6 },
      exposure: { of: "service", share: null },
      atMost: null,
      why: "its own identity on the new port explains half of the surprise",
    },
    counts: null,
    known: knownChanges,
    alertedBy: ["declared-missing-or-moved"],
    message: {
      opened: (a) =>
        `${hostText(a)} serves ${serviceText(a)} on ${endpointText(a)}; ${placeOf(a)} declares ${declaredPort(a)}`,
      what: (a) => `Moved service on ${endpointText(a)} of ${hostText(a)}`,
      over: (a) => `${hostText(a)} serves ${declaredPort(a)} as declared again`,
    },
    runbook: {
      mayBe: ["a changed port mapping", "the code was changed but not applied", "a second instance beside a dead one"],
      check: ["the declaration and its last apply", LISTENER, "clients that still use the old port"],
    },
    page: {
      about: [
        "A declared endpoint does not answer, and the same application answers on another port of the same host that is not",
        "declared. Clients of the declared port can no longer connect, and firewall rules written for it no longer apply.",
      ],
      ordinary: [
        "- **A changed mapping** (a container's published port, a load balancer's listener), with a new version at the same time.",
        "- **The code was changed but not applied**, or applied but not committed.",
        "- **A second instance** next to a dead one: the old process hangs, and somebody started another.",
        "- **Worth a look**: an administration service on a port that no firewall rule covers.",
      ],
      next: [
        "**The code is right**: restore the port; the anomaly resolves by itself. **The network is right**: change the",
        "declaration. Inform the users of the service in both cases.",
      ],
      found: [
        "The declared port is confirmed closed, and one undeclared open port fits: by the remembered SSH or TLS key, by the page",
        "title, by the product, or by the protocol name alone, which is only an inference",
        "(`tripline.declared.confidence: inferred`). A different key or product is not a move. Where two fit equally well, they",
        "are not paired, and both findings name each other. A port outside the plan is found too: all TCP ports of the host are",
        "searched when an endpoint is missing.",
      ],
      fields: [
        "`tripline.baseline.port` → `tripline.observed.port`; `tripline.declared.source.file`, `.line`; `.expected.port`,",
        "`.expected.service`; `tripline.anomaly.reasons`: `same-identity` or `same-product` is proof.",
      ],
    },
  },
  "missing-endpoint": {
    madeBy: "declarations",
    subject: "port",
    appears: null,
    declaration: "source",
    family: "port",
    rank: 30,
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
      rule: "Declared endpoint not reachable",
      group: "declared",
      attack: [],
      attackByService: false,
    },
    score: { rarity: { bits: 4 }, exposure: null, atMost: null, why: null },
    counts: null,
    known: knownPresence,
    alertedBy: ["declared-missing-or-moved"],
    message: {
      opened: (a) =>
        `${hostText(a)} ${endpointText(a)} is declared in ${placeOf(a)} but is ${valueText(a.after.state ?? a.to)}`,
      what: (a) => `Missing endpoint ${endpointText(a)} of ${hostText(a)}`,
      over: (a) => `${hostText(a)} ${endpointText(a)} answers as declared again`,
    },
    runbook: {
      mayBe: ["the service is down", "a filter blocks it", "it was removed but is still declared"],
      check: ["is the process running on {ip}", "filter rules between vantage and host", "the declaration's owner"],
    },
    page: {
      about: [
        "An endpoint that is declared as open does not answer. The service is down, a firewall blocks it, or the declaration is",
        "older than the decommissioning.",
      ],
      ordinary: [
        "- **Down**: `tripline.observed.state: closed`, verdict `expected-endpoint-down`: the host answers with a reset.",
        "- **Blocked**: `filtered`, verdict `expected-endpoint-blocked`: silence. Also when the whole host is down.",
        "- **Not meant for this vantage**: a row whose `scope` does not contain the vantage is not judged.",
        "- **Worth a look**: several endpoints behind one filter, or monitoring says that the service is healthy (then only this",
        "  path is blocked).",
      ],
      next: [
        "**Down**: restart it. **Decommissioned**: remove the row. **Blocked on purpose**: give the row a `scope`, or scan from",
        "inside it. It resolves when the endpoint answers.",
      ],
      found: [
        "Judged for rows with one exact port that must be open, on hosts that were asked. As for [port-closed](port-closed.md),",
        "absence is concluded after two resets or three silences from a healthy vantage. More than 30 % of the declared hosts",
        "down at once are an outage of the vantage. Before it is reported, all TCP ports of the host are searched for the",
        "service.",
      ],
      fields: [
        "`tripline.declared.source.file`, `.line`; `.expected.port`, `.expected.service`, `.expected.scope`;",
        "`tripline.anomaly.evidence`: `reset` or `no-response`.",
      ],
    },
  },
  "service-mismatch": {
    madeBy: "declarations",
    subject: "port",
    appears: null,
    declaration: "source",
    family: "software",
    rank: 40,
    coveredBy: [],
    machine: null,
    gone: { when: "endpoint-measured" },
    absorbed: null,
    accept: { makes: "port-fields", fields: SOFTWARE_FIELDS },
    rollout: null,
    informational: false,
    planned: "lowered",
    event: {
      category: ["network", "configuration"],
      type: "info",
      rule: "Another protocol than declared",
      group: "declared",
      attack: ["T1571", "T1036"],
      attackByService: false,
    },
    score: { rarity: { bits: 4 }, exposure: { of: "service", share: null }, atMost: null, why: null },
    counts: null,
    known: knownChanges,
    alertedBy: ["declared-missing-or-moved"],
    message: {
      opened: (a) =>
        `${hostText(a)} ${endpointText(a)} speaks ${valueText(a.to)}; ${placeOf(a)} declares ${valueText(a.declared?.expected?.service ?? a.from)}`,
      what: (a) => `Other service than declared on ${endpointText(a)} of ${hostText(a)}`,
      over: (a) => `${hostText(a)} ${endpointText(a)} speaks what is declared again`,
    },
    runbook: {
      mayBe: ["an old declaration", "a wrong port mapping", "plaintext where TLS is declared"],
      check: ["the declaration and its last apply", LISTENER],
    },
    page: {
      about: [
        "A declared port is open and speaks a different protocol from the one it declares. The most important case is plain text",
        "where TLS is declared.",
      ],
      ordinary: [
        "- **An outdated declaration**: the service was changed, but the row was not.",
        "- **A wrong mapping**: two ports swapped in a load balancer or a container.",
        "- **TLS ends elsewhere**: a proxy in front speaks TLS, the scanned port behind it does not; declare what the port really",
        "  speaks.",
        "- **Worth a call**: passwords or data in plain text where encryption is promised, a shell or proxy behind a web port.",
      ],
      next: [
        "**The network is right**: correct the row (`service` column). **The declaration is right**: correct the service; if TLS",
        "is what is missing, assume until then that everything clients send can be read on the way.",
      ],
      found: [
        "The protocol that identified itself is compared with the `service` of the rows that name the port; the usual synonyms",
        "(`https` and `ssl/http`, `postgres` and `postgresql`) are equal. A port that did not identify itself is not compared. A",
        "service that differs from its declaration is never learned as normal.",
      ],
      fields: [
        "`tripline.declared.expected.service` beside `tripline.observed.service`, `.product`; `tripline.declared.source.file`,",
        "`.line`.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;

function placeOf(a: Told): string {
  return placeText(a.declared?.source ?? null);
}

function declaredPort({ declared, from }: Told): string {
  const { port = null, transport = null } = declared?.expected ?? {};
  return port === null ? valueText(from) : `${port}/${transport ?? "tcp"}`;
}
