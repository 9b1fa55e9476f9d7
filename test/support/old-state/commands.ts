/** A command line whose JSON is recorded. */
export interface Recorded {
  readonly name: string;
  /** `{kind}` is the id of the anomaly of that kind. */
  readonly args: readonly string[];
  /** It changes the state: it gets a copy of its own. */
  readonly changes?: true;
}

/** Every command of version 0.1.0 that prints JSON, ends by itself and needs no server. */
export const COMMANDS: readonly Recorded[] = [
  { name: "status", args: ["status"] },
  { name: "anomalies-list", args: ["anomalies", "list"] },
  { name: "anomalies-list-all", args: ["anomalies", "list", "--all"] },
  { name: "anomalies-show", args: ["anomalies", "show", "{port-opened}"] },
  { name: "anomalies-show-rollout", args: ["anomalies", "show", "{rollout}"] },
  { name: "explain", args: ["explain", "{port-opened}"] },
  { name: "explain-muted", args: ["explain", "{version-changed}"] },
  { name: "explain-declared", args: ["explain", "{missing-endpoint}"] },
  { name: "hosts", args: ["hosts"] },
  { name: "hosts-one", args: ["hosts", "127.20.0.3"] },
  { name: "baseline-show", args: ["baseline", "show"] },
  { name: "mute-list", args: ["mute", "list"] },
  { name: "drift", args: ["drift"] },
  { name: "drift-recorded", args: ["drift", "--source", "inventory.csv", "--live", "scan.xml"] },
  { name: "replay", args: ["replay", "--last", "4", "--learn-scans", "1"] },
  { name: "outbox-status", args: ["outbox", "status"] },
  { name: "outbox-dead", args: ["outbox", "dead"] },
  { name: "config-validate", args: ["config", "validate"] },
  { name: "config-show", args: ["config", "show"] },
  { name: "config-show-effective", args: ["config", "show", "--effective"] },
  { name: "config-schema", args: ["config", "schema"] },
  { name: "doctor", args: ["doctor"] },
  { name: "scan", args: ["scan"], changes: true },
  { name: "scan-target", args: ["scan", "--target", "127.20.0.3"], changes: true },
  { name: "scan-dry-run", args: ["scan", "--dry-run"] },
  { name: "scan-emit", args: ["scan", "--emit"], changes: true },
  { name: "scan-from-xml", args: ["scan", "--from-xml", "scan.xml"], changes: true },
  { name: "scan-from-xml-state", args: ["scan", "--from-xml", "scan.xml", "--state", ".tripline"], changes: true },
];
