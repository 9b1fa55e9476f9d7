import type { Scalar } from "../condition.ts";

/** Where a sample comes from: a story, and the first event of it that has these values. */
export interface Sample {
  readonly story: string;
  readonly is: Readonly<Record<string, Scalar>>;
}

type Row = readonly [name: string, is: Sample["is"]];

const opened = (action: string, port?: number) => step(action, "opened", port);
const resolved = (action: string, port?: number) => step(action, "resolved", port);

function step(action: string, transition: string, port?: number): Sample["is"] {
  const where = port === undefined ? {} : { "destination.port": port };
  return { "event.action": action, "tripline.anomaly.transition": transition, ...where };
}

const action = (name: string) => ({ "event.action": name });

// biome-ignore format: a table reads by the line
const ROWS: Readonly<Record<string, readonly Row[]>> = {
  "new ports that close again": [
    ["rdp-opened", opened("port-opened", 3389)],
    ["rdp-closed-again", resolved("port-opened", 3389)],
    ["vnc-opened", opened("port-opened", 5900)],
    ["ssh-on-another-port", opened("port-opened", 2222)],
    ["http-on-another-port", opened("port-opened", 4445)],
    ["unknown-service-opened", opened("port-opened", 4444)],
    ["unknown-service-closed-again", resolved("port-opened", 4444)],
    ["unknown-high-port-opened", opened("port-opened", 9876)],
    ["socks-proxy-opened", opened("port-opened", 1080)],
    ["socks-proxy-closed-again", resolved("port-opened", 1080)],
    ["http-proxy-opened", opened("port-opened", 3128)],
    ["teamviewer-opened", opened("port-opened", 5938)],
    ["teamviewer-closed-again", resolved("port-opened", 5938)],
    ["anydesk-opened", opened("port-opened", 7070)],
    ["postgresql-opened", opened("port-opened", 5432)],
    ["postgresql-closed-again", resolved("port-opened", 5432)],
    ["docker-api-opened", opened("port-opened", 2375)],
    ["web-opened", opened("port-opened", 8080)],
    ["backdoor-opened", opened("exposure-found", 31)],
    ["backdoor-closed-again", resolved("exposure-found", 31)],
    ["backdoor-on-a-known-port", opened("exposure-found", 80)],
    ["scan-completed", action("scan-completed")],
  ],
  "other software and other machines, and back": [
    ["epoch-version-went-back", { ...opened("version-downgraded"), "tripline.observed.version": "1:9.1" }],
    ["nginx-went-back", { ...opened("version-downgraded"), "tripline.observed.version": "1.18.0" }],
    ["nginx-upgraded", opened("version-changed")],
    ["downgrade-undone", resolved("version-downgraded")],
    ["hostkey-replaced", opened("hostkey-changed")],
    ["hostkey-back-again", resolved("hostkey-changed")],
    ["another-machine", opened("identity-changed")],
    ["linux-became-windows", { ...opened("os-shifted"), "host.ip": "10.0.0.8" }],
    ["another-linux-became-windows", { ...opened("os-shifted"), "host.ip": "10.0.0.9" }],
    ["linux-again", resolved("os-shifted")],
  ],
  "fields: a certificate renewed twice": [["certificate-renewed", opened("certificate-renewed")]],
  "bursts that go back": [
    ["thirty-ports-opened", opened("ports-opened")],
    ["nearly-all-ports-open", opened("all-ports-open")],
    ["burst-closed-again", resolved("ports-opened")],
  ],
  "the same on more and more hosts": [
    ["port-spreads", opened("port-spread")],
    ["rollout-of-a-port", { ...opened("rollout"), "tripline.anomaly.group.kind": "port-opened" }],
    ["rollout-of-an-update", { ...opened("rollout"), "tripline.anomaly.group.kind": "version-changed" }],
  ],
  "unsteady ports": [
    ["port-flaps", opened("flapping", 444)],
    ["another-port-flaps", opened("flapping", 995)],
    ["steady-again", resolved("flapping")],
  ],
  "a closed segment": [
    ["stranger-in-closed-segment", opened("host-appeared")],
    ["stranger-gone-again", resolved("host-appeared")],
  ],
  "an open segment": [["stranger-in-open-segment", opened("host-appeared")]],
  losses: [
    ["server-port-lost", opened("port-closed")],
    ["host-lost", opened("host-disappeared")],
    ["port-back-again", resolved("port-closed")],
  ],
  "a crown jewel": [
    ["crown-jewel-port-opened", opened("port-opened", 444)],
    ["crown-jewel-version-changed", opened("version-changed")],
    ["crown-jewel-port-closed-again", resolved("port-opened", 444)],
  ],
  declared: [
    ["undeclared-web-port", opened("undeclared-port", 443)],
    ["undeclared-rdp-port", opened("undeclared-port", 3389)],
    ["undeclared-port-gone", resolved("undeclared-port", 443)],
    ["undeclared-host-in-open-segment", opened("undeclared-host")],
    ["declared-port-moved", opened("port-moved")],
    ["declared-endpoint-missing", opened("missing-endpoint")],
    ["declared-endpoint-back", resolved("missing-endpoint")],
  ],
  "declared in a closed segment": [["undeclared-host-in-closed-segment", opened("undeclared-host")]],
  operators: [
    ["high-anomaly-accepted", { ...action("anomaly-accepted"), "tripline.anomaly.kind": "exposure-found" }],
    ["low-anomaly-accepted", { ...action("anomaly-accepted"), "tripline.anomaly.kind": "version-changed" }],
    ["high-anomaly-muted", action("mute-added")],
    ["mute-removed", action("mute-removed")],
    ["baseline-relearned", action("baseline-reset")],
  ],
  "scans that fail and a vantage that loses half": [
    ["scan-failed", action("scan-failed")],
    ["scan-partial", action("scan-partial")],
    ["vantage-degraded", action("vantage-degraded")],
    ["vantage-recovered", action("vantage-recovered")],
  ],
  "another nmap": [["rebaselined", action("rebaselined")]],
};

/** Every sample by its name. */
export const SAMPLES: ReadonlyMap<string, Sample> = new Map(
  Object.entries(ROWS).flatMap(([story, rows]) => rows.map(([name, is]) => [name, { story, is }] as const)),
);
