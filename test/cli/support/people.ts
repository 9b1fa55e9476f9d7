import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HostSpec } from "../../support/nmap-xml.ts";
import { nmapXml } from "../../support/nmap-xml.ts";
import { openState } from "../../support/runtime.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { type Ran, run } from "../command-line.ts";

export const WHY = ["--reason", "CHG-4711", "--by", "m.analyst"];

const CONFIG = `segment: office
targets: [10.0.0.0/24]
ports: [22]
baseline: { learn: { scans: 1, at_least: 0s } }
`;

/** A directory with a state, a command line in it, and more scans for it. */
export interface Office {
  readonly directory: string;
  readonly tripline: (...words: readonly string[]) => Promise<Ran>;
  readonly json: (...words: readonly string[]) => Promise<any>; // eslint-disable-line
  /** Scans of hosts, the next half hours. */
  readonly scan: (...scans: readonly (readonly HostSpec[])[]) => Promise<Ran>;
}

/** An office whose scans were these, the first of them learned. */
export async function office(...scans: readonly (readonly HostSpec[])[]): Promise<Office> {
  const directory = tempDir();
  writeFileSync(join(directory, "tripline.yaml"), CONFIG);
  const tripline = (...words: readonly string[]) => run([...words, "-c", "tripline.yaml"], directory);
  const json = async (...words: readonly string[]) => {
    const { out, err } = await tripline(...words, "--json");
    if (out === "") throw new Error(err);
    return JSON.parse(out);
  };
  let made = 0;
  const scan: Office["scan"] = (...hostsOf) => {
    const files = hostsOf.map((hosts) => {
      const start = 1_763_629_200 + made++ * 1800;
      const file = join(directory, `${made}.xml`);
      const scaninfo = [{ type: "syn", protocol: "tcp", services: "1-100,4444,5555" }];
      writeFileSync(file, nmapXml({ hosts, start, finished: start + 60, scaninfo }));
      return file;
    });
    return tripline("scan", "--from-xml", ...files);
  };
  await scan(...scans);
  return { directory, tripline, json, scan };
}

export function host(address: string, ...ports: readonly number[]): HostSpec {
  return { address, ports: ports.map((port) => ({ port })) };
}

/** What the audit says, the oldest first. */
export async function auditOf({ directory }: Office) {
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const audit = await opened.value.history.audit(100);
  opened.value.close();
  return audit.toReversed();
}

/** The part of an event that tests of people's work look at. */
export interface SentEvent {
  readonly event: Readonly<Record<"id" | "kind" | "action" | "dataset", string>> & { readonly reason?: string };
  readonly server?: { readonly ip: string; readonly port?: number };
  readonly tripline: { readonly anomaly?: SentAnomaly };
}

interface SentAnomaly {
  readonly id: string;
  readonly transition: string;
  readonly first_seen: string;
  readonly member_of?: string;
  readonly group?: object;
}

/** Everything that waits to be sent, the oldest first. */
export async function eventsOf({ directory }: Office): Promise<readonly SentEvent[]> {
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const rows = await opened.value.outbox.readAfter(0, { maxRows: 100_000, maxBytes: 1e9 });
  opened.value.close();
  return rows.map((row) => JSON.parse(row.body));
}
