import type { AnomalyKind } from "../../domain/kinds.ts";

/** What an anomaly may be, the most frequent first, and what to look at. `{ip}`, `{port}`, `{proto}` are filled in. */
export interface Runbook {
  readonly mayBe: readonly string[];
  readonly check: readonly string[];
}

const WHO = "owner and change ticket";
const LISTENER = "`ss -ltnp 'sport = :{port}'` on the host: which process, since when";
const FLOWS = "flows to {ip}:{port} in the SIEM since it opened";
const ARP = "`ip neigh` on a neighbour and the switch's MAC table for {ip}";

/** One visible table; a kind without a row does not compile. Techniques are candidates, never findings. */
export const RUNBOOK: Readonly<Record<AnomalyKind, Runbook>> = {
  "port-opened": {
    mayBe: [
      "a legitimate deployment (most often)",
      "a debug or admin port left open",
      "a reverse shell or C2 listener (candidate T1571)",
    ],
    check: [WHO, LISTENER, FLOWS],
  },
  "port-closed": {
    mayBe: ["a service stopped or was removed", "a new filter on the path", "a crash"],
    check: [WHO, "is the process running on {ip}", "filter rules between vantage and host"],
  },
  "service-changed": {
    mayBe: [
      "a migration",
      "another program took the port after a crash",
      "a service replaced to intercept logins (candidate T1036)",
    ],
    check: [WHO, LISTENER, "`tripline explain` of other anomalies on {ip}"],
  },
  "version-changed": {
    mayBe: ["a package update (most often)", "a manual build", "another binary under the old name"],
    check: ["patch window", "package log of the host", "hash of the binary against the package"],
  },
  "version-downgraded": {
    mayBe: [
      "a rollback after a failed update",
      "a restored image",
      "a known-vulnerable version put back (candidate T1562.010)",
    ],
    check: [WHO, "package log of the host", "known vulnerabilities of the older version"],
  },
  "banner-changed": {
    mayBe: ["a configuration change", "an update that does not show its version", "another program"],
    check: [WHO, LISTENER],
  },
  "certificate-changed": {
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
  "certificate-renewed": {
    mayBe: ["an ordinary renewal (nearly always)"],
    check: ["certificate inventory or CT log, if nobody expected it"],
  },
  "hostkey-changed": {
    mayBe: [
      "the host was installed anew",
      "host keys were rotated",
      "interception or another machine (candidate T1557)",
    ],
    check: [WHO, "`ssh-keygen -lf` of the host keys on the console", ARP],
  },
  "host-appeared": {
    mayBe: ["a newly installed machine", "a laptop or phone", "a rogue device (candidate T1200)"],
    check: ["DHCP lease and inventory for {ip}", "switch port of its MAC", "who works at that place"],
  },
  "host-disappeared": {
    mayBe: ["switched off or removed", "a new filter on the path", "a network fault"],
    check: [WHO, "console or hypervisor state", "link state of its switch port"],
  },
  "host-moved": {
    mayBe: ["a new DHCP lease", "a planned renumbering"],
    check: ["DHCP log"],
  },
  "name-changed": {
    mayBe: ["a renamed host", "a reused DHCP name", "a changed PTR record"],
    check: ["change log of the zone", "DHCP log"],
  },
  "mac-changed": {
    mayBe: ["a new network card or virtual machine", "a failover", "another machine with the same address"],
    check: [ARP, "hypervisor or asset inventory", "host keys: unchanged means the same machine"],
  },
  "os-shifted": {
    mayBe: [
      "the machine was installed anew",
      "a proxy or firewall now answers for it",
      "another machine at the address (candidate T1036)",
    ],
    check: [WHO, ARP, "host keys and certificates of {ip}"],
  },
  "identity-changed": {
    mayBe: ["the machine was replaced", "an address conflict", "somebody took the address over (candidate T1557.002)"],
    check: [ARP, "is the known machine still alive elsewhere", WHO],
  },
  "all-ports-open": {
    mayBe: [
      "a firewall or SYN proxy answers for the host",
      "a tarpit or honeypot",
      "a firewall switched off (candidate T1562.004)",
    ],
    check: ["the same scan from another vantage", "firewall between vantage and host"],
  },
  "ports-opened": {
    mayBe: [
      "a firewall, SYN proxy or tarpit that answers for the host",
      "a stack of containers or a new role put on the host",
      "a host firewall switched off (candidate T1562.004)",
    ],
    check: ["the same scan from another vantage", "`ss -ltnp` on the host: do its processes own these ports", WHO],
  },
  rollout: {
    mayBe: ["a planned rollout (most often)", "an automatic update", "lateral movement with one tool"],
    check: ["patch or deployment window", "the first host that changed", "one member in detail"],
  },
  "undeclared-port": {
    mayBe: ["a service nobody wrote down", "a manual change on the host", "an unwanted listener (candidate T1133)"],
    check: ["infrastructure code and its last apply", LISTENER, WHO],
  },
  "undeclared-host": {
    mayBe: ["a machine made by hand", "an inventory that lags behind", "a rogue device (candidate T1200)"],
    check: ["DHCP lease and cloud console for {ip}", "switch port of its MAC", "the declaration's owner"],
  },
  "port-moved": {
    mayBe: ["a changed port mapping", "the code was changed but not applied", "a second instance beside a dead one"],
    check: ["the declaration and its last apply", LISTENER, "clients that still use the old port"],
  },
  "missing-endpoint": {
    mayBe: ["the service is down", "a filter blocks it", "it was removed but is still declared"],
    check: ["is the process running on {ip}", "filter rules between vantage and host", "the declaration's owner"],
  },
  "service-mismatch": {
    mayBe: ["an old declaration", "a wrong port mapping", "plaintext where TLS is declared"],
    check: ["the declaration and its last apply", LISTENER],
  },
};
