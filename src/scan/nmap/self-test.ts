import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { PORT_FIELDS } from "../../domain/fields/port.ts";
import type { NmapRun } from "../../domain/nmap-run.ts";
import type { Scanner } from "../../domain/ports/scanner.ts";
import type { RunPlan, Technique } from "../../domain/scan-plan.ts";
import type { VantageControl } from "../../domain/vantage.ts";
import { withDeadline } from "../plan/plan.ts";

const BANNER = "TRIPLINE-SELF-TEST ready";
const SCRIPT = "tripline-banner";

export interface SelfTestOptions {
  /** May scan the own address, which is not a target. */
  readonly scanner: Scanner;
  readonly technique: Technique;
}

/**
 * A listener of our own at the address we scan from, which a tiny nmap run must find with its banner. The kernel hands
 * packets to an own address over loopback, so this proves nmap, its scripts, its rights and the packet filter of this
 * machine, and not the link: that is what the other controls are for.
 */
export async function askSelfTest(
  address: string,
  options: SelfTestOptions,
  signal: AbortSignal,
): Promise<VantageControl> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(`${BANNER}\r\n`);
  });
  try {
    const port = await listen(server, address);
    if (port === null) return notApplicable(`nothing can listen on ${address}`);
    return judge(await options.scanner.run(planOf(address, port, options.technique), { signal }), port);
  } finally {
    server.close();
  }
}

/** On loopback the targets themselves are the test: the way to them is the way to us. */
export function notApplicable(detail: string): VantageControl {
  return { name: "self-test", result: "not-applicable", detail };
}

function judge(run: NmapRun, port: number): VantageControl {
  const found = run.hosts.flatMap((host) => host.ports).find((one) => one.number === port && one.state === "open");
  if (found === undefined)
    return failed(`nmap does not find our own open port ${port}: ${run.reason ?? "it is not open"}`);
  // A script that may not run is reported as such; then the port alone must do.
  const asked = run.rejectedScripts?.length === 0;
  const heard = PORT_FIELDS.banner.read(found)?.includes(BANNER) === true;
  return asked && !heard ? failed(`our own port ${port} is open, but its banner was not read`) : ok();
}

function planOf(address: string, port: number, technique: Technique): RunPlan {
  return withDeadline({
    cycleId: "self-test",
    shard: 0,
    n: 0,
    phase: "scripts",
    technique: technique === "udp" ? "connect" : technique,
    addresses: [address],
    ports: new Map([["tcp", [[port, port]]]]),
    assumeUp: true,
    versionIntensity: null,
    shortWait: false,
    osDetection: false,
    scripts: [SCRIPT],
    pace: "normal",
  });
}

async function listen(server: Server, address: string): Promise<number | null> {
  server.listen(0, address);
  try {
    await once(server, "listening");
    const bound = server.address();
    return typeof bound === "object" && bound !== null ? bound.port : null;
  } catch {
    return null;
  }
}

function ok(): VantageControl {
  return { name: "self-test", result: "ok", detail: null };
}

function failed(detail: string): VantageControl {
  return { name: "self-test", result: "failed", detail };
}
