import { chownSync, copyFileSync, lchownSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isRoot, UNPRIVILEGED_UID } from "../cache.ts";
import { type Credentials, writeUsers } from "./users.ts";

export interface NodeSettings {
  readonly port: number;
  readonly credentials: Credentials;
  /** Further lines of elasticsearch.yml. */
  readonly extraSettings: readonly string[];
}

const COPIED = ["jvm.options", "log4j2.properties", "roles.yml", "role_mapping.yml"];

// Serial collector and first compiler stage: ready in half the time and with half the memory of the defaults.
const JVM = ["-XX:-UseG1GC", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-AlwaysPreTouch"];

/** Lays out configuration, data and logs of one node in `dir`, owned by the user the server runs as. */
export function prepareRunDir(dir: string, home: string, settings: NodeSettings): void {
  const config = path.join(dir, "config");
  for (const name of ["config/jvm.options.d", "data", "logs", "tmp"])
    mkdirSync(path.join(dir, name), { recursive: true });
  for (const name of COPIED) copyFileSync(path.join(home, "config", name), path.join(config, name));
  writeFileSync(path.join(config, "jvm.options.d/test.options"), `${JVM.join("\n")}\n`);
  writeFileSync(path.join(config, "elasticsearch.yml"), nodeConfiguration(dir, settings));
  writeUsers(config, settings.credentials);
  if (isRoot()) giveAway(dir, UNPRIVILEGED_UID);
}

function nodeConfiguration(dir: string, { port, extraSettings }: NodeSettings): string {
  return [
    "cluster.name: tripline-test",
    "node.name: tripline-test-1",
    `path.data: ${dir}/data`,
    `path.logs: ${dir}/logs`,
    "network.host: 127.0.0.1",
    `http.port: ${port}`,
    "transport.port: 0",
    "discovery.type: single-node",
    // A developer's nearly full disk must not make indices read-only.
    "cluster.routing.allocation.disk.threshold_enabled: false",
    "xpack.security.enabled: true",
    "xpack.security.autoconfiguration.enabled: false",
    "xpack.security.authc.api_key.enabled: true",
    ...extraSettings,
    "",
  ].join("\n");
}

function giveAway(dir: string, uid: number): void {
  chownSync(dir, uid, uid);
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    lchownSync(path.join(entry.parentPath, entry.name), uid, uid);
  }
}
