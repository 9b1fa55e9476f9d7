import { endpointText, hostText, valueText } from "../words.ts";
import { ARP, WHO } from "./checks.ts";
import { knownChanges } from "./known.ts";
import type { KindRow } from "./row.ts";
import type { Told } from "./told.ts";

/** The keys by which a port proves who it is. */
export const KEY_KINDS = {
  "certificate-changed": {
    madeBy: "detector",
    subject: "port",
    appears: null,
    declaration: "beside",
    family: "identity",
    rank: 110,
    coveredBy: [],
    second: "told",
    machine: "its",
    gone: { when: "port-fields-normal", fields: ["tls"] },
    absorbed: null,
    accept: { makes: "port-fields", fields: ["tls", "certificate"] },
    rollout: { byValue: true, names: "subject" },
    informational: false,
    planned: "learned",
    event: {
      category: ["network", "host"],
      type: "change",
      rule: "TLS certificate replaced",
      group: "identity",
      attack: ["T1557"],
      attackByService: false,
    },
    score: {
      rarity: { perDay: 0.0003, maxBits: null, share: null },
      exposure: { of: "service", share: null },
      atMost: null,
      why: "ordinary renewals are the next kind; what is left alerts on a web server too",
    },
    counts: { what: "port-field", fields: ["tls", "certificate"], turns: null, orOf: [] },
    known: knownChanges,
    alertedBy: ["identity-replaced"],
    message: {
      opened: (a) => `${hostText(a)} presents a different TLS ${certificateWord(a)} on ${endpointText(a)}`,
      what: (a) => `Different TLS ${certificateWord(a)} on ${endpointText(a)} of ${hostText(a)}`,
      over: (a) => `${hostText(a)} presents its known TLS ${certificateWord(a)} on ${endpointText(a)} again`,
    },
    runbook: {
      mayBe: [
        "a move to another certificate authority",
        "a new load balancer, or a self-signed stand-in after a failed renewal",
        "interception (candidate T1557)",
      ],
      check: [
        "issuer and validity of the new certificate",
        "certificate inventory or CT log",
        "the same key from another vantage",
      ],
    },
    page: {
      about: [
        "The TLS certificate on a port has a different public key from before, or a new certificate for the known key was issued",
        "by somebody else, lost a name or is self-signed. Clients that pin the key will fail; clients that do not would not",
        "notice an interception. A renewal that keeps its key is not a change at all, and an ordinary renewal with a new key is",
        "[certificate-renewed](certificate-renewed.md).",
      ],
      ordinary: [
        "- **A renewal that waited**: the same names and issuer, but issued more than two days before the port was last seen.",
        "- **A new load balancer or proxy** shows on all names behind it at once, often together with",
        "  [service-changed](service-changed.md).",
        "- **A new certificate authority** changes the issuer on many hosts within days.",
        "- **Worth a call**: self-signed where an authority signed before, an issuer your inventory does not know, names that are",
        "  gone, or a certificate that only this vantage sees: query the same endpoint from another place.",
      ],
      next: [
        "**Fine**: accept it; the new key becomes the reference. **Not in the certificate inventory**: compare the fingerprint on",
        "the host itself with what the network shows. If they differ, the connection is intercepted: check ARP, routes and",
        "proxies on the path, and revoke every credential that was entered into that service since `event.start`.",
      ],
      found: [
        "The SHA-256 of the leaf's public key, from a full handshake. Keys of several types on one port are compared type by",
        "type: a server that did not offer its second key in one scan has not changed. A changed key on a mature host is fetched",
        "a second time in the same cycle.",
      ],
      fields: [
        "`tripline.anomaly.reasons` says why it is not a renewal: `foreign-issuer`, `self-signed`, `name-lost`.",
        "`tripline.baseline.tls_issuer`, `.tls_names` → `tripline.observed.…`: who issued it, for which names.",
        "`tripline.baseline.tls_sha256` → `tripline.observed.tls_sha256`: public keys, the same in any tool that hashes the",
        "subject public key info. `server.ip`, `server.port`; `related.hash`.",
      ],
    },
  },
  "certificate-renewed": {
    madeBy: "detector",
    subject: "port",
    appears: null,
    declaration: "beside",
    family: null,
    rank: 120,
    coveredBy: [],
    machine: "its",
    gone: { when: "port-fields-normal", fields: ["tls"] },
    absorbed: { when: "always" },
    accept: { makes: "port-fields", fields: ["tls", "certificate"] },
    rollout: { byValue: true, names: "subject" },
    informational: true,
    planned: "learned",
    event: {
      category: ["network", "host"],
      type: "change",
      rule: "TLS certificate renewed",
      group: "identity",
      attack: [],
      attackByService: false,
    },
    score: {
      rarity: { bits: 4 },
      exposure: null,
      atMost: 21,
      why: "by the same authority, for the same names",
    },
    counts: null,
    known: knownChanges,
    alertedBy: { none: "for information: a renewal is no alert" },
    message: {
      opened: (a) =>
        `${hostText(a)} renewed its TLS certificate on ${endpointText(a)}, issued by ${valueText(a.after.tls_issuer ?? null)}`,
      what: (a) => `Renewed TLS certificate on ${endpointText(a)} of ${hostText(a)}`,
      over: (a) => `${hostText(a)} presents its previous TLS certificate on ${endpointText(a)} again`,
    },
    runbook: {
      mayBe: ["an ordinary renewal (nearly always)"],
      check: ["certificate inventory or CT log, if nobody expected it"],
    },
    page: {
      about: [
        "The TLS certificate on a port was renewed with a new key: issued by the same authority, for at least the same names, not",
        "self-signed, and valid since the last look (or up to 48 hours before it: authorities date back). That is what renewals",
        "look like, so it is informational, raises no alert and is learned at once.",
      ],
      ordinary: [
        "- **Ordinary**: automated renewal, every 47 to 90 days per service.",
        "- **Unusual**: far too early (weeks before the old one ends), or far too often. Early renewals come after a revoked or",
        "  stolen key; ask who triggered it.",
        "- What does not fit any of the four conditions is [certificate-changed](certificate-changed.md), and that can be an",
        "  alert.",
      ],
      next: [
        "Nothing to do. Use it to check that renewals really happen: look at a service whose certificate ends soon and that has",
        "none of these events.",
      ],
      found: [
        "As [certificate-changed](certificate-changed.md), and then the certificate itself is compared: issuer, names,",
        "self-signed or not, start of validity. A recorded scan without the certificate's details cannot be judged that way and",
        "stays [certificate-changed](certificate-changed.md).",
      ],
      fields: [
        "`tripline.baseline.tls_sha256` → `tripline.observed.tls_sha256`, `.tls_issuer`, `.tls_names`; `server.ip`,",
        "`server.port`.",
      ],
    },
  },
  "hostkey-changed": {
    madeBy: "detector",
    subject: "port",
    appears: null,
    declaration: "beside",
    family: "identity",
    rank: 100,
    coveredBy: [],
    second: "told",
    machine: "its",
    gone: { when: "port-fields-normal", fields: ["ssh"] },
    absorbed: null,
    accept: { makes: "port-fields", fields: ["ssh"] },
    rollout: { byValue: true, names: "subject" },
    informational: false,
    planned: null,
    event: {
      category: ["network", "host"],
      type: "change",
      rule: "SSH host key replaced",
      group: "identity",
      attack: ["T1557"],
      attackByService: false,
    },
    score: {
      rarity: { perDay: 0.0005, maxBits: null, share: null },
      exposure: { of: "service", share: null },
      atMost: null,
      why: null,
    },
    counts: { what: "port-field", fields: ["ssh"], turns: null, orOf: [] },
    known: knownChanges,
    alertedBy: ["identity-replaced"],
    message: {
      opened: (a) => `${hostText(a)} presents a different SSH host key on ${endpointText(a)}`,
      what: (a) => `Different SSH host key on ${endpointText(a)} of ${hostText(a)}`,
      over: (a) => `${hostText(a)} presents its known SSH host key on ${endpointText(a)} again`,
    },
    runbook: {
      mayBe: [
        "the host was reinstalled",
        "host keys were rotated",
        "interception or another machine (candidate T1557)",
      ],
      check: [WHO, "`ssh-keygen -lf` of the host keys on the console", ARP],
    },
    page: {
      about: [
        "A host shows a different SSH host key although it is otherwise the same machine. Host keys have no renewal: they change",
        "when a host is reinstalled, when somebody rotates them on purpose, or when a different host answers. Whoever accepts the",
        "new key at a prompt may hand over a password.",
      ],
      ordinary: [
        "- **Reinstalled**: other facts changed too (operating system, versions), there is a ticket, the MAC stayed.",
        "- **Rotated**: one key type is new and the rest stayed, on many hosts at once, from configuration management.",
        "- **Another machine at the address**: the MAC changed as well; that is [identity-changed](identity-changed.md).",
        "- **Worth a call**: nothing else changed, nobody rotated keys, and administrators log in there with passwords or agent",
        "  forwarding.",
      ],
      next: [
        "Compare on the console, never over the connection you doubt: `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`. **Equal",
        "to the new key**: accept it, and correct `known_hosts`. **Not equal**: the connection is intercepted. Nobody should log",
        "in until the path is understood, and credentials used since `event.start` are compromised.",
      ],
      found: [
        "The SHA-256 of the host keys is compared type by type, for the types that both scans saw. A server that was asked for",
        "fewer types than before has not changed. A changed key on a mature host is fetched a second time in the same cycle.",
      ],
      fields: [
        "`tripline.baseline.ssh_sha256` → `tripline.observed.ssh_sha256` (of the sorted keys when there are several),",
        "`related.hash`, `server.port`.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;

/** A new certificate may be for the known key. */
function certificateWord({ before, after }: Told): string {
  const [was, is] = [before.tls_sha256, after.tls_sha256];
  return was !== undefined && was === is ? "certificate" : "key";
}
